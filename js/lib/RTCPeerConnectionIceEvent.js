// RTCPeerConnectionIceEvent (webrtc-pc 4.8.2).
import { RTCIceCandidate } from './RTCIceCandidate.js';
import { checkArguments, defineInterface, nullable, toDictionary, toUSVString } from './webidl.js';

export class RTCPeerConnectionIceEvent extends Event {
  #candidate;
  #url;

  constructor(type, eventInitDict = {}) {
    checkArguments(arguments, 1, 'RTCPeerConnectionIceEvent');
    const init = toDictionary(eventInitDict, 'RTCPeerConnectionIceEventInit');
    super(type, init);
    this.#candidate = nullable(init.candidate, toCandidate);
    this.#url = nullable(init.url, toUSVString);
  }

  get candidate() {
    return this.#candidate;
  }

  get url() {
    return this.#url;
  }

  static {
    defineInterface(this);
  }
}

function toCandidate(value) {
  if (value instanceof RTCIceCandidate) return value;
  throw new TypeError('RTCPeerConnectionIceEventInit: candidate is not an RTCIceCandidate');
}
