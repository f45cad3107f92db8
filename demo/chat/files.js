// Files over one ordered channel: a line of JSON with name and size, then the bytes in pieces that
// wait for bufferedamountlow, so that a large file never piles up in memory on its way out.
import { sizeText } from '../units.js';

const pieceBytes = 64 * 1024;
const low = 1 << 20;
const high = 4 << 20;
const fileBytesMax = 512 << 20; /* what is received is kept in memory until it is saved */

// Sender sends one file after the other.
export class Sender {
  #channel;
  #last = Promise.resolve();

  constructor(channel) {
    this.#channel = channel;
    channel.bufferedAmountLowThreshold = low;
  }

  // send resolves when all of the file was taken. progress: (bytes) => called as it goes.
  send(file, progress) {
    this.#last = this.#last.catch(() => {}).then(() => this.#send(file, progress));
    return this.#last;
  }

  async #send(file, progress) {
    if (file.size > fileBytesMax) throw new Error(`larger than ${sizeText(fileBytesMax)}`);
    this.#channel.send(JSON.stringify({ name: file.name, size: file.size }));
    for (let at = 0; at < file.size; at += pieceBytes) {
      this.#channel.send(await file.slice(at, at + pieceBytes).arrayBuffer());
      progress(Math.min(at + pieceBytes, file.size));
      if (this.#channel.bufferedAmount > high) await this.#drained();
    }
  }

  #drained() {
    return new Promise((done, failed) => {
      this.#channel.addEventListener('bufferedamountlow', done, { once: true });
      this.#channel.addEventListener('close', () => failed(new Error('the call ended')), { once: true });
    });
  }
}

// receive calls begin({ name, size }) for each file; what it returns is told progress(bytes) and, at
// the end, done(blob).
export function receive(channel, begin) {
  let file = null;
  channel.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') file = start(data);
    else if (file) file = take(file, data);
    if (file && file.got === file.size) {
      file.watcher.done(new Blob(file.pieces));
      file = null;
    }
  });

  function start(line) {
    const { name, size } = JSON.parse(line);
    if (!Number.isSafeInteger(size) || size < 0 || size > fileBytesMax) return null;
    return { size, got: 0, pieces: [], watcher: begin({ name: String(name).slice(0, 255), size }) };
  }

  function take(current, data) {
    const got = current.got + data.byteLength;
    if (got > current.size) return null;
    current.pieces.push(data);
    current.watcher.progress(got);
    return { ...current, got };
  }
}
