// RTCIceTransport (webrtc-pc 5.6). Its slots are filled by transports.js.
import { defineEventHandlers } from './events.js';
import { checkInternal, defineInterface } from './webidl.js';

export class RTCIceTransport extends EventTarget {
  #slots;

  constructor(...[key, slots]) {
    checkInternal(key);
    super();
    this.#slots = slots;
  }

  get role() {
    return this.#slots.role;
  }

  get component() {
    return this.#slots.component;
  }

  get state() {
    return this.#slots.state;
  }

  get gatheringState() {
    return this.#slots.gatheringState;
  }

  getLocalCandidates() {
    return [...this.#slots.localCandidates];
  }

  getRemoteCandidates() {
    return this.#slots.remoteCandidates();
  }

  getSelectedCandidatePair() {
    return this.#slots.selectedPair;
  }

  getLocalParameters() {
    return this.#slots.localParameters();
  }

  getRemoteParameters() {
    return this.#slots.remoteParameters();
  }

  static {
    defineEventHandlers(this, ['statechange', 'gatheringstatechange', 'selectedcandidatepairchange'],
      (value) => #slots in value);
    defineInterface(this);
  }
}
