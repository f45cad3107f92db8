// RTCSctpTransport (webrtc-pc 6.1.1). Its slots are filled by transports.js.
import { defineEventHandlers } from './events.js';
import { checkInternal, defineInterface } from './webidl.js';

export class RTCSctpTransport extends EventTarget {
  #slots;

  constructor(...[key, slots]) {
    checkInternal(key);
    super();
    this.#slots = slots;
  }

  get transport() {
    return this.#slots.transport;
  }

  get state() {
    return this.#slots.state;
  }

  get maxMessageSize() {
    return this.#slots.maxMessageSize;
  }

  get maxChannels() {
    return this.#slots.maxChannels;
  }

  static {
    defineEventHandlers(this, ['statechange'], (value) => #slots in value);
    defineInterface(this);
  }
}
