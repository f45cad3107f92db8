// A hostile page's link: a bare WebSocket to the broker on which it may say whatever it likes.
import { RecordReader, decode, encode } from '/js/lib/codec.js';
import { bytesOfHex } from '/js/lib/hex.js';
import { Limits, statusByNumber } from '/js/lib/names.js';

export { encode };
export const patienceMs = 20_000;

export async function post(path, body = {}) {
  const isBytes = body instanceof Blob;
  const response = await fetch(path, { method: 'POST', body: isBytes ? body : JSON.stringify(body),
    headers: { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

// Every wait of an attempt ends: what never comes is told as that.
export function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited too long for ${what}`)), patienceMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export class RawLink {
  #socket;
  #reader = new RecordReader();
  #waiting = [];
  #lastRequest = 0;
  heard = []; // every message that came
  bytes = []; // and every byte, in and out

  // open resolves with a link that has said HELLO and was welcomed, unless it is to say nothing.
  static async open({ ticket, says = 'hello' } = {}) {
    const { url, token } = ticket ?? await post('/attack/token');
    const link = new RawLink(new WebSocket(url));
    await within(link.connected, 'the broker to answer');
    if (says === 'hello') {
      link.say('hello', { version: Limits.protocolVersion, token: bytesOfHex(token) });
      if (!(await link.wait('welcome'))) throw new Error((await link.ended).text);
    }
    return link;
  }

  constructor(socket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => this.#hear(data);
    this.connected = new Promise((done, failed) => {
      socket.onopen = done;
      socket.onerror = () => failed(new Error('the broker refused the connection'));
    });
    this.ended = new Promise((done) => {
      socket.onclose = () => done(this.#end());
    });
  }

  say(name, fields) {
    this.send(encode(name, fields));
  }

  send(bytes) {
    if (bytes instanceof Uint8Array) this.bytes.push(bytes);
    this.#socket.send(bytes);
  }

  // ask resolves with the one answer, which may be { name: 'refused' }, or null when the link ends.
  ask(name, fields) {
    const request = ++this.#lastRequest;
    this.say(name, { request, ...fields });
    return this.wait((one) => one.request === request, `an answer to ${name}`);
  }

  openPeer(fields = {}) {
    return this.ask('openPeer', { icePolicy: 0, certificate: 0, servers: [], ...fields });
  }

  openChannel(peer, fields = {}) {
    return this.ask('openChannel', { peer, negotiated: 1, id: 0, ordered: 1, reliability: 0, reliabilityValue: 0,
      priority: 256, label: '', protocol: '', ...fields });
  }

  // wait resolves with the first message, come or to come, that fits; null when the link ends.
  wait(wanted, what = wanted) {
    const fits = typeof wanted === 'string' ? ({ name }) => name === wanted : wanted;
    const come = this.heard.find(fits);
    if (come) return Promise.resolve(come);
    const found = new Promise((done) => this.#waiting.push({ fits, done }));
    return within(Promise.race([found, this.ended.then(() => null)]), what);
  }

  close() {
    this.#socket.close();
  }

  #hear(data) {
    const bytes = new Uint8Array(data);
    this.bytes.push(bytes);
    this.#reader.push(bytes);
    for (let record = this.#reader.next(); record; record = this.#reader.next()) {
      const message = decode(record.id, record.body);
      this.heard.push(message);
      this.#waiting = this.#waiting.filter(({ fits, done }) => !fits(message) || done(message));
    }
  }

  // What the host said at the end: { status, text }.
  #end() {
    const goodbye = this.heard.find(({ name }) => name === 'goodbye');
    return { status: goodbye?.status ?? 0, text: goodbye?.reason ?? 'the link closed without a word' };
  }
}

export const nameOf = (status) => statusByNumber.get(status)?.name ?? String(status);

// A plan for a peer who does not exist: all of it is the page's invention.
export function inventedPlan(opened) {
  return { generation: opened.generation, iceRole: 1, remoteLite: 0, remoteUfrag: 'made', remotePassword: 'upbythepageupbythepage',
    dtlsRole: 0, remoteTlsId: '', fingerprints: [{ hash: opened.fingerprints[0].hash, value: new Uint8Array(32).fill(7) }],
    hasData: 1, sctpPort: 5000, remoteMessageBytesMax: 262144 };
}

export function candidateAt(port, address = [127, 0, 0, 1]) {
  const bytes = new Uint8Array(16);
  bytes.set(address);
  const nowhere = { family: 0, bytes: new Uint8Array(16), port: 0 };
  return { foundation: '1', component: 1, transport: 0, type: 0, tcpType: 0, priority: 2130706431,
    address: { family: 4, bytes, port }, name: '', related: nowhere };
}

// aim opens a connection at an address that never agreed, as far as a page can.
export async function aim(link, port, address) {
  const opened = await link.openPeer();
  if (opened?.name !== 'peerOpened') throw new Error(`OPEN_PEER: ${opened?.name}`);
  const { peer } = opened;
  link.say('gather', { peer, generation: opened.generation });
  link.say('connect', { peer, plan: inventedPlan(opened) });
  await link.wait((one) => one.name === 'candidateFound' && one.peer === peer, 'a candidate of our own');
  link.say('addCandidate', { peer, ufrag: 'made', candidate: candidateAt(port, address) });
  return peer;
}

// asked resolves with what a silent socket has seen once it has been asked so often.
export async function asked(port, packets) {
  return within((async () => {
    for (;;) {
      const seen = await post('/attack/victim/seen', { port });
      if (seen.packets >= packets) return seen;
      await new Promise((done) => setTimeout(done, 50));
    }
  })(), `${packets} packets at the silent socket`);
}
