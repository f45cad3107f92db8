// RTCDTMFToneChangeEvent (webrtc-pc 7.3).
import { checkArguments, defineInterface, optional, toDictionary, toDOMString } from './webidl.js';

export class RTCDTMFToneChangeEvent extends Event {
  #tone;

  constructor(type, eventInitDict = {}) {
    checkArguments(arguments, 1, 'RTCDTMFToneChangeEvent');
    const init = toDictionary(eventInitDict, 'RTCDTMFToneChangeEventInit');
    super(type, init);
    this.#tone = optional(init.tone, '', toDOMString);
  }

  get tone() {
    return this.#tone;
  }

  static {
    defineInterface(this);
  }
}
