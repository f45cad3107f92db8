// From a status number (core's status.def) to what script catches. No error is recognised by its text.
import { RTCError } from './RTCError.js';
import { Status, statusByNumber } from './names.js';

const nativeClasses = { TypeError, RangeError };

// errorNamed makes a DOMException, or a native error for the names that Web IDL keeps native.
export function errorNamed(name, message) {
  const Native = nativeClasses[name];
  return Native ? new Native(message) : new DOMException(message, name);
}

// errorOf makes the error of a status, with its own sentence unless another is given.
export function errorOf(number, message = sentenceOf(number)) {
  const { jsClass } = statusByNumber.get(number) ?? Status.OPERATION;
  return errorNamed(jsClass || Status.OPERATION.jsClass, message);
}

export function sentenceOf(number) {
  return (statusByNumber.get(number) ?? Status.OPERATION).sentence;
}

// fromCore gives the error for what the core threw ({ status, line }); others pass unchanged.
export function fromCore(error) {
  return typeof error?.status === 'number' ? errorOf(error.status) : error;
}

// fromDescription is fromCore for a session description: text that is no SDP is an RTCError with its
// line (webrtc-pc 4.4.1.5).
export function fromDescription(error) {
  if (error?.status !== Status.SYNTAX.number) return fromCore(error);
  return new RTCError({ errorDetail: 'sdp-syntax-error', sdpLineNumber: error.line ?? 0 }, sentenceOf(error.status));
}
