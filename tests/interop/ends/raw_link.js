// A hostile page's link: a bare WebSocket to the broker on which it may say whatever it likes. Runs
// in a page beside the end's own session.
import { RecordReader, decode, encode } from '/js/lib/codec.js';
import { bytesOfHex } from '/js/lib/hex.js';
import { Limits } from '/js/lib/names.js';

export { encode };

// openRaw resolves with a link that is connected and has said nothing.
export async function openRaw() {
  const { url, token } = await (await fetch('/token', { method: 'POST' })).json();
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  const link = new RawLink(socket, bytesOfHex(token));
  await new Promise((done, failed) => {
    socket.onopen = done;
    socket.onerror = () => failed(new Error('the broker refused the connection'));
  });
  return link;
}

class RawLink {
  #reader = new RecordReader();
  #heard = [];
  #waiting = null;

  constructor(socket, token) {
    this.socket = socket;
    this.token = token;
    this.ended = new Promise((done) => {
      socket.onclose = ({ code, reason }) => done({ code, reason });
    });
    socket.onmessage = ({ data }) => this.#hear(data);
  }

  send(bytes) {
    this.socket.send(bytes);
  }

  // hello does what a good page does; resolves when the host has welcomed it.
  async hello() {
    this.send(encode('hello', { version: Limits.protocolVersion, token: this.token }));
    return this.next('welcome');
  }

  // openPeer opens a connection as a good page does; resolves with its handles.
  async openPeer() {
    this.send(encode('openPeer', { request: 1, icePolicy: 0, certificate: 0, servers: [] }));
    return this.next('peerOpened');
  }

  async next(name) {
    for (;;) {
      const at = this.#heard.findIndex((message) => message.name === name);
      if (at >= 0) return this.#heard.splice(at, 1)[0];
      await new Promise((done) => {
        this.#waiting = done;
      });
    }
  }

  // end resolves when the host has closed the link: the status and reason of its GOODBYE.
  async end() {
    const { code, reason } = await this.ended;
    const goodbye = this.#heard.find(({ name }) => name === 'goodbye');
    return { status: goodbye?.status ?? 0, reason: goodbye?.reason ?? '', closeCode: code, closeReason: reason };
  }

  #hear(data) {
    this.#reader.push(new Uint8Array(data));
    for (let record = this.#reader.next(); record; record = this.#reader.next()) {
      this.#heard.push(decode(record.id, record.body));
    }
    this.#waiting?.();
  }
}
