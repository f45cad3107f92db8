// A host in memory and a core without SDP, for tests of what js/ itself decides: order, credit,
// states. The real ones are met in tests/interop and tests/hostile.
import { encode, decode, RecordReader } from '../../js/lib/codec.js';
import { Link } from '../../js/lib/link.js';
import { Session } from '../../js/lib/session.js';

// turn resolves after everything queued now has run, a few tasks deep.
export async function turn(times = 8) {
  for (let i = 0; i < times; i++) await new Promise((done) => setImmediate(done));
}

export function once(target, type) {
  return new Promise((done) => target.addEventListener(type, done, { once: true }));
}

class FakeLink extends Link {
  full = false;
  pieces = 0;
  isShut = false;
  holds = 0;

  constructor(host) {
    super();
    this.host = host;
  }

  transmit(bytes, done) {
    this.pieces += 1;
    this.host.hear(bytes.slice());
    done();
  }

  isFull() {
    return this.full;
  }

  shut() {
    this.isShut = true;
  }

  hold() {
    this.holds += 1;
  }

  release() {
    this.holds -= 1;
  }
}

export class FakeHost {
  heard = []; // every message of the page, decoded
  answers; // name -> (message) => [name, fields] or null
  link = new FakeLink(this);
  core = new FakeCore();
  #reader = new RecordReader();
  #next = 100;
  #told = [];

  constructor({ limits = {}, answers = {} } = {}) {
    const welcome = { version: 1, messageBytesMax: 262144, sendWindowBytes: 1 << 20, receiveWindowBytes: 1 << 20, ...limits };
    this.answers = {
      hello: () => ['welcome', welcome],
      openPeer: ({ request }) => ['peerOpened', {
        request, peer: this.#draw(), generation: 1, ufrag: 'abcd', password: 'p'.repeat(22), tlsId: 't'.repeat(20),
        fingerprints: [{ hash: 3, value: new Uint8Array(32) }], certificateExpiresMs: 0n,
      }],
      makeGeneration: ({ request }) => ['generationMade', { request, generation: this.#draw(), ufrag: 'efgh', password: 'q'.repeat(22) }],
      openChannel: ({ request }) => ['channelOpened', { request, channel: this.#draw() }],
      makeCertificate: ({ request, lifetimeMs }) => ['certificateMade', {
        request, certificate: this.#draw(), expiresMs: lifetimeMs === 0n ? 1n : BigInt(Date.now()) + lifetimeMs,
        fingerprints: [{ hash: 3, value: new Uint8Array([1, 171, ...Array(30).fill(0)]) }],
      }],
      ...answers,
    };
  }

  open() {
    return Session.open(this.link, this.core);
  }

  hear(bytes) {
    this.#reader.push(bytes);
    for (let record = this.#reader.next(); record; record = this.#reader.next()) {
      const message = decode(record.id, record.body.slice());
      this.heard.push(message);
      const answer = this.answers[message.name]?.(message);
      if (answer) setImmediate(() => this.tell(...answer));
    }
  }

  // tell sends one message to the page, in a chunk of its own.
  tell(name, fields) {
    this.#told.push({ name, ...fields });
    this.link.received(encode(name, fields));
  }

  // tellAll sends several in one chunk.
  tellAll(...messages) {
    const records = messages.map(([name, fields]) => encode(name, fields));
    this.link.received(new Uint8Array(Buffer.concat(records)));
  }

  all(name) {
    return this.heard.filter((message) => message.name === name);
  }

  told(name) {
    return this.#told.filter((message) => message.name === name);
  }

  last(name) {
    return this.all(name).at(-1);
  }

  #draw() {
    this.#next += 1;
    return this.#next;
  }
}

const record = {
  foundation: '1', component: 1, transport: 0, type: 0, tcpType: 0, priority: 1, name: '',
  address: { family: 4, bytes: new Uint8Array(16), port: 9 }, related: { family: 0, bytes: new Uint8Array(16), port: 0 },
};
export const candidateRecord = record;
export const candidateText = 'candidate:1 1 udp 1 192.0.2.1 9 typ host';

class FakeCore {
  negotiations = [];

  newNegotiation(local) {
    const negotiation = new FakeNegotiation(local);
    this.negotiations.push(negotiation);
    return negotiation;
  }

  parseIceServerUrl(url) {
    const match = /^(stuns?|turns?):([a-z0-9.-]+)(:\d+)?(\?transport=(udp|tcp))?$/.exec(url);
    if (!match) throw Object.assign(new Error('core'), { status: 1, line: 0 });
    return { scheme: ['stun', 'stuns', 'turn', 'turns'].indexOf(match[1]), transport: 0, port: 3478, host: match[2] };
  }

  candidateText() {
    return candidateText;
  }
}

// The signaling table and nothing else: an offer is a line, an answer another.
const table = {
  'local offer': { stable: 'have-local-offer', 'have-local-offer': 'have-local-offer' },
  'remote offer': { stable: 'have-remote-offer', 'have-remote-offer': 'have-remote-offer' },
  'local answer': { 'have-remote-offer': 'stable' },
  'remote answer': { 'have-local-offer': 'stable' },
  'local rollback': { 'have-local-offer': 'stable', 'have-remote-offer': 'stable' },
  'remote rollback': { 'have-local-offer': 'stable', 'have-remote-offer': 'stable' },
};

export class FakeNegotiation {
  signalingState = 'stable';
  canTrickle = null;
  dtlsRole = null;
  messages = new Uint8Array(0);
  isClosed = false;
  #slots = { currentLocal: null, pendingLocal: null, currentRemote: null, pendingRemote: null };
  #wantsData = false;
  #hasData = false;
  #restarts = false;
  #needsGeneration = false;
  #version = 0;
  #created = '';

  constructor(local) {
    this.generation = local.generation;
  }

  setGeneration({ generation }) {
    this.generation = generation;
    this.#needsGeneration = false;
  }

  addDataSection() {
    this.#wantsData = true;
  }

  restartIce() {
    this.#restarts = this.#slots.currentLocal !== null;
  }

  needsGeneration(type, { iceRestart = false } = {}) {
    return this.#needsGeneration || iceRestart || this.#restarts;
  }

  createOffer() {
    return this.#create('offer');
  }

  createAnswer() {
    return this.#create('answer');
  }

  #create(type) {
    this.#version += 1;
    this.#restarts = false;
    const data = this.#wantsData ? 'm=application 9 x\r\n' : '';
    this.#created = `${type} ${this.#version}\r\n${data}a=ice-ufrag:local\r\na=ice-pwd:secret\r\n`;
    return this.#created;
  }

  setDescription(side, type, sdp) {
    const next = table[`${side} ${type}`]?.[this.signalingState];
    if (!next) throw Object.assign(new Error('core'), { status: 20, line: 0 });
    if (side === 'remote' && sdp === 'garbage') throw Object.assign(new Error('core'), { status: 1, line: 7 });
    const text = side === 'local' && sdp === '' ? this.#create(type) : sdp;
    this.signalingState = next;
    this.#keep(side, type, text);
    if (side === 'remote') this.canTrickle = true;
    if (type === 'answer') {
      this.#hasData ||= this.#wantsData;
      this.dtlsRole = 'client';
    }
  }

  #keep(side, type, sdp) {
    const s = this.#slots;
    const name = side === 'local' ? 'Local' : 'Remote';
    const other = side === 'local' ? 'Remote' : 'Local';
    if (type === 'rollback') {
      s.pendingLocal = null;
      s.pendingRemote = null;
    } else if (type === 'offer') {
      s[`pending${name}`] = { type, sdp };
    } else {
      s[`current${name}`] = { type, sdp };
      s[`current${other}`] = s[`pending${other}`];
      s.pendingLocal = null;
      s.pendingRemote = null;
    }
  }

  get negotiationNeeded() {
    return (this.#wantsData && !this.#hasData) || this.#restarts;
  }

  get dataTransport() {
    return this.dtlsRole && this.#wantsData ? { mid: '0', remotePort: 5000, messageBytesMax: 100000, rejected: false } : null;
  }

  get transports() {
    return this.#slots.pendingLocal || this.#slots.currentLocal ? [{ mid: '0', mLineIndex: 0 }] : [];
  }

  description(slot) {
    return this.#slots[slot];
  }

  addLocalCandidate(generation) {
    if (generation !== this.generation) return null;
    for (const slot of ['pendingLocal', 'currentLocal']) {
      if (this.#slots[slot]) this.#slots[slot] = { ...this.#slots[slot], sdp: `${this.#slots[slot].sdp}a=${candidateText}\r\n` };
    }
    return { candidate: candidateText, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'local' };
  }

  endOfLocalCandidates(generation) {
    return generation === this.generation ? { candidate: '', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'local' } : null;
  }

  addRemoteCandidate({ candidate }) {
    if (candidate === 'bad') throw Object.assign(new Error('core'), { status: 1, line: 0 });
  }

  takeMessages(peer) {
    return encode('gather', { peer, generation: this.generation });
  }

  close() {
    this.isClosed = true;
  }
}
