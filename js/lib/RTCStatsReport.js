// RTCStatsReport (webrtc-pc 8.3): a read-only maplike from id to statistics object.
import { checkArguments, checkInternal, defineInterface, toCallback, toDOMString } from './webidl.js';

export class RTCStatsReport {
  #map;

  constructor(...[key, map]) {
    checkInternal(key);
    this.#map = map;
  }

  get size() {
    return this.#map.size;
  }

  get(id) {
    checkArguments(arguments, 1, 'RTCStatsReport.get');
    return this.#map.get(toDOMString(id));
  }

  has(id) {
    checkArguments(arguments, 1, 'RTCStatsReport.has');
    return this.#map.has(toDOMString(id));
  }

  entries() {
    return this.#map.entries();
  }

  keys() {
    return this.#map.keys();
  }

  values() {
    return this.#map.values();
  }

  forEach(callback, thisArg = undefined) {
    checkArguments(arguments, 1, 'RTCStatsReport.forEach');
    toCallback(callback, 'RTCStatsReport.forEach');
    this.#map.forEach((value, id) => callback.call(thisArg, value, id, this));
  }

  static {
    defineInterface(this);
    const { entries } = this.prototype;
    Object.defineProperty(this.prototype, Symbol.iterator, { value: entries, writable: true, configurable: true });
  }
}
