// A shell's connection to the broker for one frame: a loopback WebSocket as that frame's browser would
// open it, with the origin the trusted process vouches for. Only a program that holds the broker's
// control line can be believed: it alone has tokens, and the broker takes no link without one.
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { frameOf, FrameReader, Opcode } from './frames.js';

const acceptSalt = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'; // RFC 6455 1.3
const headBytesMax = 8192;
const codeBytes = 2; // of a Close frame's payload

export class BrokerSocket {
  #socket;
  #early = []; // bytes of frames that came with the answer
  #reader;
  #handlers = null;
  #reason = '';

  // open resolves when the broker has accepted the upgrade; url is the broker's.
  static async open(url, origin) {
    const { hostname, port, host, pathname } = new URL(url);
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), noDelay: true });
    try {
      return new BrokerSocket(socket, await upgrade(socket, { host, pathname, origin }));
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  constructor(socket, early) {
    this.#socket = socket;
    this.#early = early;
    this.#reader = new FrameReader({
      onData: (bytes) => this.#handlers.received(bytes),
      onControl: (opcode, payload) => this.#control(opcode, payload),
    });
  }

  // open begins to give: received(bytes), ended(reason) once.
  open(handlers) {
    this.#handlers = handlers;
    this.#socket.on('error', () => {});
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('close', () => handlers.ended(this.#reason));
    if (this.#early.length > 0) this.#read(this.#early);
    this.#socket.resume();
  }

  // send calls done when the system has taken the bytes, and not at all when it never does.
  send(bytes, done) {
    this.#socket.write(frameOf(Opcode.binary, bytes), (error) => error || done());
  }

  pause() {
    this.#socket.pause();
  }

  resume() {
    this.#socket.resume();
  }

  close() {
    this.#socket.end(frameOf(Opcode.close, Buffer.from([0x03, 0xe8])));
    this.#socket.resume();
  }

  #read(chunk) {
    try {
      this.#reader.push(chunk);
    } catch {
      this.#reason = 'The host sent what no host sends.';
      this.#socket.destroy();
    }
  }

  #control(opcode, payload) {
    if (opcode === Opcode.ping) this.#socket.write(frameOf(Opcode.pong, payload));
    if (opcode !== Opcode.close) return;
    this.#reason = payload.subarray(codeBytes).toString();
    this.#socket.end(frameOf(Opcode.close, payload.subarray(0, codeBytes)));
  }
}

// upgrade asks (RFC 6455 4.1) and resolves with what came behind the answer.
async function upgrade(socket, { host, pathname, origin }) {
  const key = randomBytes(16).toString('base64');
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
    + `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\nOrigin: ${origin}\r\n\r\n`);
  const { head, rest } = await headOf(socket);
  const [first, ...lines] = head.split('\r\n');
  const accept = lines.map((line) => /^sec-websocket-accept:\s*(\S+)\s*$/i.exec(line)?.[1]).find(Boolean);
  if (!/^HTTP\/1\.1 101 /.test(`${first} `) || accept !== createHash('sha1').update(key + acceptSalt).digest('base64')) {
    throw new Error(`the broker refused the link: ${first}`);
  }
  return rest;
}

function headOf(socket) {
  return new Promise((resolve, reject) => {
    let got = Buffer.alloc(0);
    const settle = (act, value) => {
      socket.pause();
      socket.removeListener('data', hear);
      socket.removeListener('error', fail);
      socket.removeListener('close', fail);
      act(value);
    };
    const fail = (error) => settle(reject, error instanceof Error ? error : new Error('the broker closed the connection'));
    const hear = (chunk) => {
      got = Buffer.concat([got, chunk]);
      const end = got.indexOf('\r\n\r\n');
      if (end >= 0) settle(resolve, { head: got.subarray(0, end).toString('latin1'), rest: got.subarray(end + 4) });
      else if (got.length > headBytesMax) fail(new Error('the broker answered what no broker answers'));
    };
    socket.on('data', hear).on('error', fail).on('close', fail);
  });
}
