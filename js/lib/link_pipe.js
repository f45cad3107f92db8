// A link over a socket pair to a broker that this Node program starts: the caller declares the
// origin. The broker and its worker end when this program does.
import { spawn } from 'node:child_process';
import { brokerPath, missingFor } from './host_program.js';
import { Link } from './link.js';

const linkFd = 3;
const waitingBytesMax = 1024 * 1024;

export class PipeLink extends Link {
  #child;
  #socket;
  #holds = 0;
  #heard = false;

  // start begins a broker for this link alone. loopback: candidates on 127.0.0.1 and ::1 too.
  // addresses: the address mode of RFC 8828 by its browsers' name. descriptors: open files it also gets, from 4 on.
  static start({ origin, loopback = false, addresses, broker, args = [], descriptors = [] }) {
    const options = ['--link-fd', String(linkFd), '--origin', origin, ...args];
    if (loopback) options.push('--loopback');
    if (addresses) options.push('--addresses', addresses);
    const path = brokerPath(broker);
    const child = spawn(path, options, { stdio: ['ignore', 'inherit', 'inherit', 'pipe', ...descriptors] });
    return new PipeLink(child, path);
  }

  constructor(child, path) {
    super();
    this.#child = child;
    this.#socket = child.stdio[linkFd];
    this.#socket.on('data', ({ buffer, byteOffset, length }) => {
      this.#heard = true;
      this.received(new Uint8Array(buffer, byteOffset, length));
    });
    this.#socket.on('drain', () => this.drained());
    // A host that said nothing may be one that the system could not load.
    const end = (reason) => this.ended((!this.#heard && missingFor(path)) || reason);
    this.#socket.on('error', () => end('The connection to the host broke.'));
    this.#socket.on('close', () => end('The host closed the connection.'));
    child.on('error', ({ message }) => this.ended(`The host could not be started: ${message}`));
    this.#setHeld(false);
  }

  get pid() {
    return this.#child.pid;
  }

  transmit(bytes, done) {
    this.#socket.write(bytes, done);
  }

  shut() {
    this.#socket.end();
  }

  isFull() {
    return this.#socket.writableLength > waitingBytesMax;
  }

  hold() {
    this.#holds += 1;
    if (this.#holds === 1) this.#setHeld(true);
  }

  release() {
    this.#holds -= 1;
    if (this.#holds === 0) this.#setHeld(false);
  }

  // The process itself is never waited for: the socket tells that it has gone.
  #setHeld(held) {
    this.#child.unref();
    if (held) {
      this.#socket.ref();
    } else {
      this.#socket.unref();
    }
  }
}
