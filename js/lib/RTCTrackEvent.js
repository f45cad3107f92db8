// RTCTrackEvent (webrtc-pc 5.7). It needs a receiver, and nobody can have one yet: see
// media_interfaces.js.
import { RTCRtpReceiver, RTCRtpTransceiver } from './media_interfaces.js';
import { checkArguments, defineInterface, toDictionary, toSequence } from './webidl.js';

export class RTCTrackEvent extends Event {
  #init;

  constructor(type, eventInitDict) {
    checkArguments(arguments, 2, 'RTCTrackEvent');
    const init = toDictionary(eventInitDict, 'RTCTrackEventInit');
    if (!(init.receiver instanceof RTCRtpReceiver)) {
      throw new TypeError('RTCTrackEventInit: receiver is not an RTCRtpReceiver');
    }
    if (!(init.transceiver instanceof RTCRtpTransceiver)) {
      throw new TypeError('RTCTrackEventInit: transceiver is not an RTCRtpTransceiver');
    }
    super(type, init);
    const streams = init.streams === undefined ? [] : toSequence(init.streams, (stream) => stream, 'streams');
    this.#init = { receiver: init.receiver, track: init.track, streams: Object.freeze(streams), transceiver: init.transceiver };
  }

  get receiver() {
    return this.#init.receiver;
  }

  get track() {
    return this.#init.track;
  }

  get streams() {
    return this.#init.streams;
  }

  get transceiver() {
    return this.#init.transceiver;
  }

  static {
    defineInterface(this);
  }
}
