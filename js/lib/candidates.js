// Candidates of one connection: addIceCandidate (webrtc-pc 4.4.1.6), and the events of those that
// the host has found (4.4.1.7).
import { errorNamed, errorOf, fromCore } from './errors.js';
import { GatheringState, Status } from './names.js';
import { RTCIceCandidate, relayProtocolOf } from './RTCIceCandidate.js';
import { RTCPeerConnectionIceErrorEvent } from './RTCPeerConnectionIceErrorEvent.js';
import { RTCPeerConnectionIceEvent } from './RTCPeerConnectionIceEvent.js';

export class Candidates {
  #peer;
  #generation = 0; // of the candidates last found

  constructor(peer) {
    this.#peer = peer;
  }

  // add: init is an RTCIceCandidateInit, converted.
  add(init) {
    // 3. If candidate is not empty and both sdpMid and sdpMLineIndex are null, reject with a TypeError.
    if (init.candidate !== '' && init.sdpMid === null && init.sdpMLineIndex === null) {
      return Promise.reject(new TypeError('addIceCandidate: sdpMid and sdpMLineIndex are both missing'));
    }
    // 4. Return the result of chaining the following steps.
    return this.#peer.operations.chain(async () => {
      // 4.1. If there is no remote description, reject with an InvalidStateError.
      if (!this.#peer.descriptions.remote) {
        throw errorNamed('InvalidStateError', 'There is no remote description yet.');
      }
      const negotiation = await this.#peer.whenOpened();
      await this.#peer.runTask(() => this.#apply(negotiation, init));
    });
  }

  // found: the host has a candidate.
  found({ generation, candidate: record, url }) {
    const { negotiation, transports, descriptions, connection } = this.#peer;
    const init = negotiation.addLocalCandidate(generation, record);
    if (!init) return false; // of a generation that is gone
    if (generation !== this.#generation) transports.newGeneration();
    this.#generation = generation;
    const candidate = new RTCIceCandidate({ ...init, url: url || null, relayProtocol: relayProtocolOf(url) });
    transports.addLocalCandidate(candidate);
    descriptions.refresh();
    connection.dispatchEvent(new RTCPeerConnectionIceEvent('icecandidate', { candidate, url: url || null }));
    return true;
  }

  failed({ url, code, text }) {
    const event = new RTCPeerConnectionIceErrorEvent('icecandidateerror', { url, errorCode: code, errorText: text });
    this.#peer.connection.dispatchEvent(event);
    return true;
  }

  // gathering: complete takes two tasks, the end of this generation's candidates and then the state.
  gathering({ generation, state }) {
    if (state !== GatheringState.complete) return this.#peer.transports.gathering(state);
    if (!this.#endCandidates(generation)) return this.#complete();
    this.#peer.session.queueNext(() => this.#complete());
    return true;
  }

  #complete() {
    const { transports, isClosed } = this.#peer;
    if (isClosed || !transports.gathering(GatheringState.complete)) return false;
    if (transports.iceGatheringState === 'complete') this.#fireCandidate(null);
    return true;
  }

  #endCandidates(generation) {
    const { negotiation, descriptions } = this.#peer;
    const init = negotiation.endOfLocalCandidates(generation);
    if (!init) return false;
    descriptions.refresh();
    this.#fireCandidate(new RTCIceCandidate({ ...init, candidate: '' }));
    return true;
  }

  #fireCandidate(candidate) {
    this.#peer.connection.dispatchEvent(new RTCPeerConnectionIceEvent('icecandidate', { candidate }));
  }

  // 4.2. to 4.6. The core knows sections, generations and syntax.
  #apply(negotiation, init) {
    try {
      negotiation.addRemoteCandidate(init);
    } catch (error) {
      throw error?.status === Status.SYNTAX.number ? errorOf(Status.OPERATION.number) : fromCore(error);
    }
    this.#peer.descriptions.refresh();
    this.#peer.sendMessages();
  }
}
