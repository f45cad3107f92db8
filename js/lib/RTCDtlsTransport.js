// RTCDtlsTransport (webrtc-pc 5.5). Its slots are filled by transports.js.
import { defineEventHandlers } from './events.js';
import { checkInternal, defineInterface } from './webidl.js';

export class RTCDtlsTransport extends EventTarget {
  #slots;

  constructor(...[key, slots]) {
    checkInternal(key);
    super();
    this.#slots = slots;
  }

  get iceTransport() {
    return this.#slots.iceTransport;
  }

  get state() {
    return this.#slots.state;
  }

  getRemoteCertificates() {
    return this.#slots.remoteCertificates.map((der) => der.slice().buffer);
  }

  static {
    defineEventHandlers(this, ['statechange', 'error'], (value) => #slots in value);
    defineInterface(this);
  }
}
