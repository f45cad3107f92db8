// RTCDataChannelEvent (webrtc-pc 6.3).
import { RTCDataChannel } from './RTCDataChannel.js';
import { checkArguments, defineInterface, toDictionary } from './webidl.js';

export class RTCDataChannelEvent extends Event {
  #channel;

  constructor(type, eventInitDict) {
    checkArguments(arguments, 2, 'RTCDataChannelEvent');
    const init = toDictionary(eventInitDict, 'RTCDataChannelEventInit');
    if (!(init.channel instanceof RTCDataChannel)) {
      throw new TypeError('RTCDataChannelEventInit: channel is not an RTCDataChannel');
    }
    super(type, init);
    this.#channel = init.channel;
  }

  get channel() {
    return this.#channel;
  }

  static {
    defineInterface(this);
  }
}
