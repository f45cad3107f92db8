// RTCErrorEvent (webrtc-pc 11.3).
import { RTCError } from './RTCError.js';
import { checkArguments, defineInterface, toDictionary } from './webidl.js';

export class RTCErrorEvent extends Event {
  #error;

  constructor(type, eventInitDict) {
    checkArguments(arguments, 2, 'RTCErrorEvent');
    const init = toDictionary(eventInitDict, 'RTCErrorEventInit');
    if (!(init.error instanceof RTCError)) throw new TypeError('RTCErrorEventInit: error is not an RTCError');
    super(type, init);
    this.#error = init.error;
  }

  get error() {
    return this.#error;
  }

  static {
    defineInterface(this);
  }
}
