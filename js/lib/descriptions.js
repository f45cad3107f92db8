// Offers, answers and descriptions of one connection (webrtc-pc 4.4.1.3 to 4.4.1.5 and 4.7.3). The
// core negotiates; here is when, in which order script is told, and what it is shown.
import { errorNamed, fromCore, fromDescription } from './errors.js';
import { fire } from './events.js';
import { RTCSessionDescription, updateSdp } from './RTCSessionDescription.js';

const slots = ['currentLocal', 'pendingLocal', 'currentRemote', 'pendingRemote'];
const offerStates = ['stable', 'have-local-offer'];
const answerStates = ['have-remote-offer', 'have-local-pranswer'];
const implicitOfferStates = ['stable', 'have-local-offer', 'have-remote-pranswer'];
const noRollbackStates = ['stable', 'have-local-pranswer', 'have-remote-pranswer'];

export class Descriptions {
  signalingState = 'stable';
  canTrickle = null;
  currentLocal = null;
  pendingLocal = null;
  currentRemote = null;
  pendingRemote = null;
  #peer;
  #isNegotiationNeeded = false;
  #updateWhenIdle = false;

  constructor(peer) {
    this.#peer = peer;
  }

  get local() {
    return this.pendingLocal ?? this.currentLocal;
  }

  get remote() {
    return this.pendingRemote ?? this.currentRemote;
  }

  // ---- createOffer, createAnswer ----

  createOffer({ iceRestart }) {
    return this.#peer.operations.chain(async () => {
      this.#checkState(offerStates);
      const sdp = await this.#create('offer', { iceRestart });
      return { type: 'offer', sdp };
    });
  }

  createAnswer() {
    return this.#peer.operations.chain(async () => {
      this.#checkState(answerStates);
      const sdp = await this.#create('answer', {});
      return { type: 'answer', sdp };
    });
  }

  async #create(type, options) {
    const negotiation = await this.#prepare(type, options);
    return this.#peer.runTask(() => {
      try {
        return type === 'offer' ? negotiation.createOffer(options) : negotiation.createAnswer();
      } catch (error) {
        throw fromCore(error);
      }
    });
  }

  // prepare gets fresh ICE credentials from the host when the description to be made needs some.
  async #prepare(type, options) {
    const negotiation = await this.#peer.whenOpened();
    if (negotiation.needsGeneration(type, options)) {
      const made = await this.#peer.session.ask('makeGeneration', { peer: this.#peer.handle });
      if (!this.#peer.isClosed) negotiation.setGeneration(made);
    }
    return negotiation;
  }

  #checkState(allowed) {
    if (allowed.includes(this.signalingState)) return;
    throw errorNamed('InvalidStateError', `The signaling state is ${this.signalingState}.`);
  }

  // ---- setLocalDescription, setRemoteDescription ----

  setLocal({ type: given, sdp }) {
    // 4. Return the result of chaining the following steps.
    return this.#peer.operations.chain(async () => {
      // 4.1. Let type be description.type if present, or what the signaling state asks for.
      const type = given ?? (implicitOfferStates.includes(this.signalingState) ? 'offer' : 'answer');
      // 4.4. and 4.5. Without text, an offer or answer is created: by the core, from what was last
      // created if that still holds.
      if (sdp === '' && type !== 'rollback') await this.#prepare(type === 'offer' ? 'offer' : 'answer', {});
      // 4.2., 4.3. (the core compares with what was created) and 4.6.
      await this.#set('local', { type, sdp });
    });
  }

  setRemote({ type, sdp }) {
    return this.#peer.operations.chain(async () => {
      // 4.1. An offer while ours is pending: first roll ours back.
      if (type === 'offer' && this.signalingState === 'have-local-offer') {
        await this.#set('local', { type: 'rollback', sdp: '' });
      }
      await this.#set('remote', { type, sdp });
    });
  }

  // "set the RTCSessionDescription"
  async #set(side, { type, sdp }) {
    // 1. A rollback where there is nothing to roll back is an InvalidStateError.
    if (type === 'rollback' && noRollbackStates.includes(this.signalingState)) this.#checkState([]);
    const negotiation = await this.#peer.whenOpened();
    // 3. In a task of its own: apply, tell, resolve.
    await this.#peer.runTask(() => {
      try {
        negotiation.setDescription(side, type, type === 'rollback' ? '' : sdp);
      } catch (error) {
        throw fromDescription(error);
      }
      this.#applied(side, type, negotiation);
    });
  }

  #applied(side, type, negotiation) {
    const peer = this.#peer;
    const before = this.signalingState;
    peer.sendMessages();
    this.refresh();
    this.signalingState = negotiation.signalingState;
    if (side === 'remote' && type !== 'rollback') this.canTrickle = negotiation.canTrickle;
    peer.transports.update(negotiation);
    if (negotiation.dtlsRole) peer.channels.roleNegotiated(negotiation.dtlsRole);
    // If the signaling state is now stable, update the negotiation-needed flag anew.
    if (this.signalingState === 'stable') {
      this.#isNegotiationNeeded = false;
      this.updateNegotiationNeeded();
    }
    if (this.signalingState !== before) fire(peer.connection, 'signalingstatechange');
  }

  // refresh shows script what the descriptions now are: the same object while it is the same
  // description, candidates added.
  refresh() {
    for (const slot of slots) {
      const now = this.#peer.negotiation.description(slot);
      if (!now) {
        this[slot] = null;
      } else if (this[slot]?.type === now.type && isContinued(this[slot].sdp, now.sdp)) {
        updateSdp(this[slot], now.sdp);
      } else {
        this[slot] = this.#promoted(slot, now) ?? new RTCSessionDescription(now);
      }
    }
  }

  // A pending description that became the current one stays the object it was.
  #promoted(slot, now) {
    const pending = this[slot.replace('current', 'pending')];
    return pending && pending.type === now.type && isContinued(pending.sdp, now.sdp) ? pending : null;
  }

  // ---- negotiationneeded ----

  // restartIce (webrtc-pc 4.4.2).
  restartIce() {
    this.#peer.negotiation?.restartIce();
    this.updateNegotiationNeeded();
  }

  operationsEmpty() {
    if (!this.#updateWhenIdle) return;
    this.#updateWhenIdle = false;
    this.updateNegotiationNeeded();
  }

  // "update the negotiation-needed flag"
  updateNegotiationNeeded() {
    const peer = this.#peer;
    // 1. While operations run, later.
    if (!peer.operations.isEmpty) {
      this.#updateWhenIdle = true;
      return;
    }
    // 2. Queue a task.
    peer.queueTask(() => {
      if (!peer.operations.isEmpty) {
        this.#updateWhenIdle = true;
      } else if (this.signalingState === 'stable' && peer.negotiation) {
        this.#checkNegotiationNeeded();
      }
    });
  }

  #checkNegotiationNeeded() {
    const was = this.#isNegotiationNeeded;
    this.#isNegotiationNeeded = this.#peer.negotiation.negotiationNeeded;
    if (this.#isNegotiationNeeded && !was) fire(this.#peer.connection, 'negotiationneeded');
  }

  // ---- the end ----

  close() {
    this.signalingState = 'closed';
  }
}

// isContinued: now is what before was, but for candidates that were added.
function isContinued(before, now) {
  return before === now || withoutCandidates(before) === withoutCandidates(now);
}

function withoutCandidates(sdp) {
  return sdp.replace(/^a=(?:candidate:.*|end-of-candidates)\r?\n/gm, '');
}
