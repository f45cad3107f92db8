// A WebSocket client by hand, over a raw socket, so that a test can say anything a browser would not.
import { connect } from 'node:net';
import { encode } from '../../js/lib/codec.js';
import { Limits } from '../../js/lib/names.js';
import { Page, within } from './page.js';

export const goodKey = 'dGhlIHNhbXBsZSBub25jZQ==';
const finalBinary = 0x82;
const mask = [1, 2, 3, 4];

/** The request a browser sends; a header of value null is left out, an array is sent several times. */
export function requestText(port, { line = 'GET /portcullis/1 HTTP/1.1', end = '\r\n', ...headers } = {}) {
  const all = {
    Host: `127.0.0.1:${port}`,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    Origin: 'https://app.example',
    'Sec-WebSocket-Key': goodKey,
    'Sec-WebSocket-Version': '13',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === null ? [] : [value].flat().map((one) => `${name}: ${one}\r\n`));
  return `${line}\r\n${lines.join('')}${end}`;
}

/** A client's frame, masked unless told otherwise. */
export function frame(payload, { first = finalBinary, masked = true } = {}) {
  const length = payload.length < 126 ? [payload.length]
    : payload.length < 65536 ? [126, payload.length >> 8, payload.length & 255]
      : [127, 0, 0, 0, 0, payload.length >>> 24, (payload.length >> 16) & 255, (payload.length >> 8) & 255, payload.length & 255];
  if (masked) length[0] |= 0x80;
  const body = masked ? Uint8Array.from(payload, (byte, index) => byte ^ mask[index % 4]) : payload;
  return Buffer.from([first, ...length, ...(masked ? mask : []), ...body]);
}

export function helloFrame(token, version = Limits.protocolVersion) {
  return frame(encode('hello', { version, token }));
}

/** One connection: what was answered to the request, then frames. */
export class Client {
  frames = []; // { opcode, payload }
  #socket;
  #bytes = Buffer.alloc(0);
  #head = null;
  #onHead;
  #waiting = [];

  constructor(port, host = '127.0.0.1') {
    this.#socket = connect(port, host);
    this.head = new Promise((resolve) => (this.#onHead = resolve));
    this.closed = new Promise((resolve) => this.#socket.on('close', () => resolve()));
    this.closed.then(() => {
      this.#onHead({ status: 0, text: this.#bytes.toString('latin1') });
      for (const resolve of this.#waiting.splice(0)) resolve(null);
    });
    this.#socket.on('error', () => {});
    this.#socket.on('data', (data) => this.#take(data));
  }

  /** Opens a connection and sends the request; resolves with what it was answered. */
  static async request(port, headers = {}, host = undefined) {
    const client = new Client(port, host);
    client.write(requestText(port, headers));
    return { client, ...(await within(client.head, 'an answer')) };
  }

  write(bytes) {
    return this.#socket.write(bytes);
  }

  end() {
    this.#socket.end();
  }

  destroy() {
    this.#socket.destroy();
  }

  /** Reads nothing from now on, as a page that hangs. */
  pause() {
    this.#socket.pause();
  }

  /** The next frame, null when the connection closes first. */
  next() {
    if (this.frames.length > 0) return Promise.resolve(this.frames.shift());
    return within(new Promise((resolve) => this.#waiting.push(resolve)), 'a frame');
  }

  /** The link that this has become. */
  page() {
    this.#socket.removeAllListeners('data');
    const page = new Page(new FramedStream(this.#socket, this.#bytes));
    for (const { opcode, payload } of this.frames) if (opcode === 2) page.take(payload);
    return page;
  }

  #take(data) {
    this.#bytes = Buffer.concat([this.#bytes, data]);
    if (!this.#head && !this.#readHead()) return;
    for (let one = this.#cutFrame(); one; one = this.#cutFrame()) {
      const resolve = this.#waiting.shift();
      if (resolve) resolve(one);
      else this.frames.push(one);
    }
  }

  #readHead() {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const text = this.#bytes.toString('latin1');
    this.#head = { status: Number(text.split(' ')[1]), text };
    this.#bytes = this.#head.status === 101 ? this.#bytes.subarray(end + 4) : Buffer.alloc(0);
    this.#onHead(this.#head);
    return true;
  }

  #cutFrame() {
    const cut = cutFrame(this.#bytes);
    if (cut) this.#bytes = this.#bytes.subarray(cut.size);
    return cut;
  }
}

function cutFrame(bytes) {
  if (bytes.length < 2) return null;
  let size = 2;
  let length = bytes[1];
  if (length >= 126) {
    size += length === 126 ? 2 : 8;
    if (bytes.length < size) return null;
    length = bytes.readUIntBE(size - (length === 126 ? 2 : 6), length === 126 ? 2 : 6);
  }
  if (bytes.length < size + length) return null;
  return { opcode: bytes[0] & 15, payload: bytes.subarray(size, size + length), size: size + length };
}

/** What Page wants of a socket, in frames. */
class FramedStream {
  #socket;
  #rest;
  #onData;

  constructor(socket, rest) {
    this.#socket = socket;
    this.#rest = Buffer.from(rest);
    socket.on('data', (data) => this.#take(data));
  }

  on(event, listener) {
    if (event !== 'data') {
      this.#socket.on(event, listener);
      return;
    }
    this.#onData = listener;
    this.#take(Buffer.alloc(0));
  }

  once(event, listener) {
    this.#socket.once(event, listener);
  }

  write(bytes) {
    return this.#socket.write(frame(bytes));
  }

  end() {
    this.#socket.end();
  }

  destroy() {
    this.#socket.destroy();
  }

  #take(data) {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (let one = cutFrame(this.#rest); one; one = cutFrame(this.#rest)) {
      this.#rest = this.#rest.subarray(one.size);
      if (one.opcode === 2 && one.payload.length > 0) this.#onData(Uint8Array.from(one.payload));
    }
  }
}
