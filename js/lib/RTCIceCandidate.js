// RTCIceCandidate (webrtc-pc 4.8.1). Every parsed member is a getter on the prototype.
import { noFields, readCandidateText } from './candidate_text.js';
import { AddressFamily, CandidateType, Transport } from './names.js';
import {
  defineInterface, nullable, optional, toDictionary, toDOMString, toEnum, toUnsignedShort, toUSVString,
} from './webidl.js';

const relayProtocols = ['udp', 'tcp', 'tls'];

// toIceCandidateInit converts what addIceCandidate and the constructor take.
export function toIceCandidateInit(value) {
  const given = toDictionary(value, 'RTCIceCandidateInit');
  return {
    candidate: optional(given.candidate, '', toDOMString),
    sdpMLineIndex: nullable(given.sdpMLineIndex, toUnsignedShort),
    sdpMid: nullable(given.sdpMid, toDOMString),
    usernameFragment: nullable(given.usernameFragment, toDOMString),
  };
}

function toLocalIceCandidateInit(value) {
  const given = toDictionary(value, 'RTCLocalIceCandidateInit');
  return {
    ...toIceCandidateInit(given),
    relayProtocol: nullable(given.relayProtocol, (text) => toEnum(text, relayProtocols, 'relayProtocol')),
    url: nullable(given.url, toUSVString),
  };
}

// relayProtocolOf: how the client reaches the TURN server of a candidate's url; null for other servers.
export function relayProtocolOf(url) {
  if (url.startsWith('turns:')) return 'tls';
  if (!url.startsWith('turn:')) return null;
  return url.endsWith('?transport=tcp') ? 'tcp' : 'udp';
}

// candidateOfRecord makes a candidate that the host told of, in the section at place. The address of
// one that the page was never told of is not told either; such a candidate has no text.
export let candidateOfRecord;

export class RTCIceCandidate {
  #init;
  #fields;

  constructor(candidateInitDict = {}) {
    // 1. If both sdpMid and sdpMLineIndex are null, throw a TypeError.
    const init = toLocalIceCandidateInit(candidateInitDict);
    if (init.sdpMid === null && init.sdpMLineIndex === null) {
      throw new TypeError('RTCIceCandidate: sdpMid and sdpMLineIndex are both missing');
    }
    // 2. Return the result of creating an RTCIceCandidate: the text is parsed, and when it is no
    // candidate the members stay null.
    this.#init = init;
    this.#fields = readCandidateText(init.candidate) ?? noFields;
  }

  get candidate() {
    return this.#init.candidate;
  }

  get sdpMid() {
    return this.#init.sdpMid;
  }

  get sdpMLineIndex() {
    return this.#init.sdpMLineIndex;
  }

  get foundation() {
    return this.#fields.foundation;
  }

  get component() {
    return this.#fields.component;
  }

  get priority() {
    return this.#fields.priority;
  }

  get address() {
    return this.#fields.address;
  }

  get protocol() {
    return this.#fields.protocol;
  }

  get port() {
    return this.#fields.port;
  }

  get type() {
    return this.#fields.type;
  }

  get tcpType() {
    return this.#fields.tcpType;
  }

  get relatedAddress() {
    return this.#fields.relatedAddress;
  }

  get relatedPort() {
    return this.#fields.relatedPort;
  }

  get usernameFragment() {
    return this.#init.usernameFragment;
  }

  get relayProtocol() {
    return this.#init.relayProtocol;
  }

  get url() {
    return this.#init.url;
  }

  toJSON() {
    const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = this.#init;
    return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
  }

  static {
    candidateOfRecord = (record, place, core) => {
      const isHidden = record.address.family === AddressFamily.none;
      const candidate = new RTCIceCandidate({ ...place, candidate: isHidden ? '' : core.candidateText(record) });
      if (isHidden) candidate.#fields = hiddenFields(record);
      return candidate;
    };
    defineInterface(this);
  }
}

function hiddenFields({ component, priority, transport, type }) {
  return {
    ...noFields,
    component: component === 1 ? 'rtp' : 'rtcp',
    priority,
    protocol: Transport[transport],
    type: CandidateType[type],
  };
}
