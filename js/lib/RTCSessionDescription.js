// RTCSessionDescription (webrtc-pc 4.6.2).
import { checkArguments, defineInterface, toDictionary, toDOMString, toEnum, optional } from './webidl.js';

export const sdpTypes = ['offer', 'pranswer', 'answer', 'rollback'];

// toSessionDescriptionInit: a dictionary with a required type. toLocalSessionDescriptionInit: its
// type may be missing, and is undefined then.
export function toSessionDescriptionInit(value) {
  const init = toLocalSessionDescriptionInit(value);
  if (init.type === undefined) throw new TypeError('RTCSessionDescriptionInit: type is missing');
  return init;
}

export function toLocalSessionDescriptionInit(value) {
  const given = toDictionary(value, 'RTCSessionDescriptionInit');
  const sdp = optional(given.sdp, '', toDOMString);
  const type = optional(given.type, undefined, (text) => toEnum(text, sdpTypes, 'RTCSdpType'));
  return { type, sdp };
}

// updateSdp gives a description that candidates were added to its new text.
export let updateSdp;

export class RTCSessionDescription {
  #type;
  #sdp;

  constructor(descriptionInitDict) {
    checkArguments(arguments, 1, 'RTCSessionDescription');
    ({ type: this.#type, sdp: this.#sdp } = toSessionDescriptionInit(descriptionInitDict));
  }

  get type() {
    return this.#type;
  }

  get sdp() {
    return this.#sdp;
  }

  toJSON() {
    return { type: this.#type, sdp: this.#sdp };
  }

  static {
    updateSdp = (description, sdp) => {
      description.#sdp = sdp;
    };
    defineInterface(this);
  }
}
