// The callback forms of promise operations (webrtc-pc 4.4.3, legacy interface extensions).
import { toCallback } from './webidl.js';

// isLegacy: two callbacks are given from that argument on. One function alone is a dictionary.
export function isLegacy(args, first) {
  return args.length >= first + 2 && typeof args[first] === 'function';
}

// callBack gives promise itself without callbacks, else calls one of them and promises nothing more.
export function callBack(promise, callbacks) {
  if (!callbacks) return promise;
  const succeed = toCallback(callbacks[0], 'successCallback');
  const fail = toCallback(callbacks[1], 'failureCallback');
  promise.then((value) => succeed(value), (error) => fail(error));
  return Promise.resolve();
}
