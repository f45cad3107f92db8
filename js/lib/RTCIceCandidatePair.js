// RTCIceCandidatePair (webrtc-pc 5.6.2).
import { checkInternal, defineInterface } from './webidl.js';

export class RTCIceCandidatePair {
  #local;
  #remote;

  constructor(...[key, local, remote]) {
    checkInternal(key);
    this.#local = local;
    this.#remote = remote;
  }

  get local() {
    return this.#local;
  }

  get remote() {
    return this.#remote;
  }

  static {
    defineInterface(this);
  }
}
