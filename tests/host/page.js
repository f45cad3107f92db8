// The page's end of a link, record by record, for tests of the host: no RTCPeerConnection, no SDP,
// nothing between the test and the bytes.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { decode, encode, RecordReader } from '../../js/lib/codec.js';
import { Limits, Message, messageById } from '../../js/lib/names.js';

const build = process.env.PORTCULLIS_BUILD_DIR ?? fileURLToPath(new URL('../../build/debug', import.meta.url));

export const brokerPath = `${build}/portcullis-broker`;
export const origin = 'https://app.example';
export const everyAddress = ['--addresses', 'default_public_and_private_interfaces'];

/** What every wait ends with at the latest: a test that hangs says for what. */
export function within(promise, what, ms = 20_000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited too long for ${what}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A broker with one inherited pipe link; resolves nothing, waits for nothing. */
export function startPipe({ args = ['--loopback', ...everyAddress], stderr = 'inherit', worker } = {}) {
  const options = ['--link-fd', '3', '--origin', origin, ...args, ...(worker ? ['--worker', worker] : [])];
  const child = spawn(brokerPath, options, { stdio: ['ignore', 'inherit', stderr, 'pipe'] });
  const page = new Page(child.stdio[3]);
  page.child = child;
  page.exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  return page;
}

/** Records over any duplex stream of bytes. */
export class Page {
  child;
  exited;
  #socket;
  #reader = new RecordReader();
  #messages = []; // not yet waited for
  #waiting = []; // { wanted, resolve }
  #listener = null;
  #lastRequest = 0;
  #ended = false;

  constructor(socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#ended = true;
        for (const { resolve: done } of this.#waiting.splice(0)) done(null);
        resolve();
      });
    });
    socket.on('error', () => {});
    socket.on('data', (chunk) => this.take(chunk));
  }

  /** Bytes of the stream have come. */
  take(chunk) {
    this.#reader.push(new Uint8Array(chunk));
    for (let record = this.#reader.next(); record; record = this.#reader.next()) {
      const message = decode(record.id, record.body);
      if (!this.#listener?.(message)) this.#hear(message);
    }
  }

  /** listener(message) sees every message first; true when it has dealt with it. */
  listen(listener) {
    this.#listener = listener;
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

  get isEnded() {
    return this.#ended;
  }

  drained() {
    return new Promise((resolve) => this.#socket.once('drain', resolve));
  }

  send(name, fields) {
    return this.write(encode(name, fields));
  }

  async hello() {
    this.send('hello', { version: Limits.protocolVersion, token: new Uint8Array(0) });
    return this.wait('welcome');
  }

  /** Sends a request and resolves with its answer, or throws what it was refused with. */
  async ask(name, answer, fields) {
    const request = ++this.#lastRequest;
    this.send(name, { request, ...fields });
    const message = await this.wait((one) => one.request === request, answer);
    if (!message) throw new Error(`the link closed before ${answer}`);
    if (message.name === 'refused') throw Object.assign(new Error(`${name} was refused`), { status: message.status });
    return message;
  }

  /** The first message, come or to come, by that name or that fits; null when the link closes first. */
  wait(wanted, what = wanted) {
    const fits = typeof wanted === 'string' ? ({ name }) => name === wanted : wanted;
    const index = this.#messages.findIndex(fits);
    if (index >= 0) return Promise.resolve(this.#messages.splice(index, 1)[0]);
    if (this.#ended) return Promise.resolve(null);
    return within(new Promise((resolve) => this.#waiting.push({ fits, resolve })), what);
  }

  #hear(message) {
    const index = this.#waiting.findIndex(({ fits }) => fits(message));
    if (index < 0) {
      this.#messages.push(message);
    } else {
      this.#waiting.splice(index, 1)[0].resolve(message);
    }
  }
}

/** A record with any id and body, right or wrong. */
export function rawRecord(id, body = new Uint8Array(0)) {
  const bytes = new Uint8Array(6 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 2 + body.length);
  view.setUint16(4, id);
  bytes.set(body, 6);
  return bytes;
}

export { Message, messageById };
