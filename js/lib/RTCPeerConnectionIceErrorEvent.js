// RTCPeerConnectionIceErrorEvent (webrtc-pc 4.8.3).
import {
  checkArguments, defineInterface, nullable, optional, toDictionary, toDOMString, toUnsignedShort, toUSVString,
} from './webidl.js';

export class RTCPeerConnectionIceErrorEvent extends Event {
  #init;

  constructor(type, eventInitDict) {
    checkArguments(arguments, 2, 'RTCPeerConnectionIceErrorEvent');
    const init = toDictionary(eventInitDict, 'RTCPeerConnectionIceErrorEventInit');
    if (init.errorCode === undefined) {
      throw new TypeError('RTCPeerConnectionIceErrorEventInit: errorCode is missing');
    }
    super(type, init);
    this.#init = {
      address: nullable(init.address, toDOMString),
      errorCode: toUnsignedShort(init.errorCode),
      errorText: optional(init.errorText, '', toUSVString),
      port: nullable(init.port, toUnsignedShort),
      url: optional(init.url, '', toUSVString),
    };
  }

  get address() {
    return this.#init.address;
  }

  get port() {
    return this.#init.port;
  }

  get url() {
    return this.#init.url;
  }

  get errorCode() {
    return this.#init.errorCode;
  }

  get errorText() {
    return this.#init.errorText;
  }

  static {
    defineInterface(this);
  }
}
