// RTCError (webrtc-pc 11.2).
import { checkArguments, defineInterface, optional, toDictionary, toDOMString, toEnum, toLong,
  toUnsignedLong } from './webidl.js';

const details = ['data-channel-failure', 'dtls-failure', 'fingerprint-failure', 'sctp-failure',
  'sdp-syntax-error', 'hardware-encoder-not-available', 'hardware-encoder-error'];

export class RTCError extends DOMException {
  #init;

  constructor(init, message = '') {
    checkArguments(arguments, 1, 'RTCError');
    // 2. and 3. The name is "OperationError", whose code is 0.
    super(toDOMString(message), 'OperationError');
    const given = toDictionary(init, 'RTCErrorInit');
    if (given.errorDetail === undefined) throw new TypeError('RTCErrorInit: errorDetail is missing');
    this.#init = {
      errorDetail: toEnum(given.errorDetail, details, 'RTCErrorDetailType'),
      receivedAlert: optional(given.receivedAlert, null, toUnsignedLong),
      sctpCauseCode: optional(given.sctpCauseCode, null, toLong),
      sdpLineNumber: optional(given.sdpLineNumber, null, toLong),
      sentAlert: optional(given.sentAlert, null, toUnsignedLong),
    };
  }

  get errorDetail() {
    return this.#init.errorDetail;
  }

  get sdpLineNumber() {
    return this.#init.sdpLineNumber;
  }

  get sctpCauseCode() {
    return this.#init.sctpCauseCode;
  }

  get receivedAlert() {
    return this.#init.receivedAlert;
  }

  get sentAlert() {
    return this.#init.sentAlert;
  }

  static {
    defineInterface(this);
  }
}
