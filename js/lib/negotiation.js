// One connection's negotiation, as the core holds it: names for its numbers and nothing more. Whoever
// makes one closes it.
import { DtlsRole, Status } from './names.js';

const sides = { local: 0, remote: 1 };
const types = ['offer', 'pranswer', 'answer', 'rollback'];
const states = [
  'stable', 'have-local-offer', 'have-remote-offer', 'have-local-pranswer', 'have-remote-pranswer', 'closed',
];
const slots = ['currentLocal', 'pendingLocal', 'currentRemote', 'pendingRemote', 'createdOffer', 'createdAnswer'];
const trickle = [null, false, true];
const flags = { mid: 1, section: 2, ufrag: 4 };
const textEncoder = new TextEncoder();

export class Negotiation {
  #module;
  #handle;

  /** local: {generation, ufrag, password, tlsId, fingerprints: [{hash, value}]}, as the host told. */
  constructor(module, local) {
    const { generation, ufrag, password, tlsId, fingerprints } = local;
    const facts = {
      request: 0, peer: 0, generation, ufrag, password, tlsId, fingerprints, certificateExpiresMs: 0n,
    };
    const [high, low] = crypto.getRandomValues(new Uint32Array(2));
    this.#module = module;
    this.#handle = module.call('negotiation_new', module.putBody('peerOpened', facts), high, low);
    if (this.#handle === 0) module.fail(Status.SYNTAX.number);
  }

  // ---- what the page wants ----

  /** Newer local ICE credentials, as GENERATION_MADE told them. */
  setGeneration({ generation, ufrag, password }) {
    const length = this.#module.putBody('generationMade', { request: 0, generation, ufrag, password });
    this.#must('add_generation', length);
  }

  addDataSection() {
    this.#call('add_data');
  }

  restartIce() {
    this.#call('restart_ice');
  }

  /** Must a generation be set before this offer or answer is made? */
  needsGeneration(type, { iceRestart = false } = {}) {
    return this.#call('needs_generation', types.indexOf(type), Number(iceRestart)) !== 0;
  }

  createOffer({ iceRestart = false } = {}) {
    this.#must('create', types.indexOf('offer'), Number(iceRestart));
    return this.description('createdOffer').sdp;
  }

  createAnswer() {
    this.#must('create', types.indexOf('answer'), 0);
    return this.description('createdAnswer').sdp;
  }

  /** side: local or remote. An empty local sdp is what was last created, or created now. */
  setDescription(side, type, sdp) {
    const length = this.#module.put(type === 'rollback' ? '' : sdp);
    const status = this.#call('set', sides[side], types.indexOf(type), length);
    if (status !== Status.OK.number) this.#module.fail(status, this.#call('error_line'));
  }

  // ---- what came of it ----

  get signalingState() {
    return this.#handle === 0 ? 'closed' : states[this.#call('state')];
  }

  get negotiationNeeded() {
    return this.#handle !== 0 && this.#call('needed') !== 0;
  }

  /** {type, sdp}, candidates included, or null. */
  description(slot) {
    if (this.#handle === 0) return null;
    const type = this.#call('describe', slots.indexOf(slot));
    return type < 0 ? null : { type: types[type], sdp: this.#module.text() };
  }

  get canTrickle() {
    return this.#handle === 0 ? null : trickle[this.#call('can_trickle')];
  }

  /** {mid, mLineIndex, remotePort, messageBytesMax, rejected} once an answer was about data. */
  get dataTransport() {
    if (this.#handle === 0 || this.#call('data_transport') === 0) return null;
    const fields = this.#module.fields();
    const rejected = fields.u8() !== 0;
    const mLineIndex = fields.u16();
    const remotePort = fields.u16();
    const messageBytesMax = fields.u32();
    return { mid: fields.text() || null, mLineIndex, remotePort, messageBytesMax, rejected };
  }

  /** 'client', 'server', or null while it is open. */
  get dtlsRole() {
    const role = this.#handle === 0 ? -1 : this.#call('dtls_role');
    return role < 0 ? null : DtlsRole[role];
  }

  /** [{mid, mLineIndex}] of the sections whose candidates are gathered. */
  get transports() {
    if (this.#handle === 0 || this.#call('local_transport') === 0) return [];
    const fields = this.#module.fields();
    const mLineIndex = fields.u16();
    return [{ mid: fields.text() || null, mLineIndex }];
  }

  // ---- candidates ----

  /** An RTCIceCandidateInit for what the host found, or null when that generation is gone. */
  addLocalCandidate(generation, record) {
    const fields = { peer: 0, generation, candidate: record, url: '' };
    return this.#addLocal(generation, this.#module.putBody('candidateFound', fields));
  }

  endOfLocalCandidates(generation) {
    return this.#addLocal(generation, 0);
  }

  #addLocal(generation, length) {
    const status = this.#call('add_local_candidate', generation, length);
    if (status === Status.NOT_FOUND.number) return null;
    if (status !== Status.OK.number) this.#module.fail(status);
    const fields = this.#module.fields();
    const sdpMLineIndex = fields.u16();
    const sdpMid = fields.text() || null;
    const usernameFragment = fields.text();
    return { candidate: fields.text(), sdpMid, sdpMLineIndex, usernameFragment };
  }

  /** An RTCIceCandidateInit of the other side; an empty candidate ends them. */
  addRemoteCandidate({ candidate = '', sdpMid = null, sdpMLineIndex = null, usernameFragment = null }) {
    const texts = [sdpMid ?? '', usernameFragment ?? '', candidate].map((text) => textEncoder.encode(text));
    const [mid, ufrag, text] = texts;
    // Longer than any mid or fragment can be: it names none.
    if (mid.length > 0xffff || ufrag.length > 0xffff) this.#module.fail(Status.OPERATION.number);
    const bytes = new Uint8Array(7 + mid.length + ufrag.length + text.length);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, (sdpMid !== null ? flags.mid : 0) | (sdpMLineIndex !== null ? flags.section : 0)
      | (usernameFragment !== null ? flags.ufrag : 0));
    view.setUint16(1, sdpMLineIndex ?? 0);
    view.setUint16(3, mid.length);
    bytes.set(mid, 5);
    view.setUint16(5 + mid.length, ufrag.length);
    bytes.set(ufrag, 7 + mid.length);
    bytes.set(text, 7 + mid.length + ufrag.length);
    this.#must('add_remote_candidate', this.#module.put(bytes));
  }

  // ---- the host ----

  /** Whole records for the host, ready for the link; empty when there are none. */
  takeMessages(peer) {
    const parts = [];
    for (;;) {
      this.#call('take_messages', peer);
      const part = this.#module.bytes();
      if (part.length === 0) break;
      parts.push(part);
    }
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
    return all;
  }

  close() {
    if (this.#handle === 0) return;
    this.#call('free');
    this.#handle = 0;
  }

  // A closed one has no address any more.
  #call(name, ...args) {
    if (this.#handle === 0) this.#module.fail(Status.STATE.number);
    return this.#module.call(`negotiation_${name}`, this.#handle, ...args);
  }

  #must(name, ...args) {
    const status = this.#call(name, ...args);
    if (status !== Status.OK.number) this.#module.fail(status);
  }
}
