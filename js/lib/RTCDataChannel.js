// RTCDataChannel (webrtc-pc 6.2): the face of a Channel.
import { errorNamed } from './errors.js';
import { defineEventHandlers } from './events.js';
import { Payload } from './names.js';
import { checkArguments, checkInternal, defineInterface, toDOMString, toEnforcedInteger } from './webidl.js';

const binaryTypes = ['blob', 'arraybuffer'];
const textEncoder = new TextEncoder();

export class RTCDataChannel extends EventTarget {
  #channel;

  constructor(...[key, channel]) {
    checkInternal(key);
    super();
    this.#channel = channel;
  }

  get label() {
    return this.#channel.label;
  }

  get ordered() {
    return this.#channel.ordered;
  }

  get maxPacketLifeTime() {
    return this.#channel.maxPacketLifeTime;
  }

  get maxRetransmits() {
    return this.#channel.maxRetransmits;
  }

  get protocol() {
    return this.#channel.protocol;
  }

  get negotiated() {
    return this.#channel.negotiated;
  }

  get id() {
    return this.#channel.id;
  }

  get priority() {
    return this.#channel.priority;
  }

  get readyState() {
    return this.#channel.readyState;
  }

  get bufferedAmount() {
    return this.#channel.bufferedAmount;
  }

  get bufferedAmountLowThreshold() {
    return this.#channel.bufferedAmountLowThreshold;
  }

  set bufferedAmountLowThreshold(value) {
    this.#channel.bufferedAmountLowThreshold = toEnforcedInteger(value, 32, 'bufferedAmountLowThreshold');
  }

  get binaryType() {
    return this.#channel.binaryType;
  }

  // An attribute that is an enumeration ignores what is none of its values.
  set binaryType(value) {
    const channel = this.#channel;
    const type = `${value}`;
    if (binaryTypes.includes(type)) channel.binaryType = type;
  }

  close() {
    this.#channel.close();
  }

  send(data) {
    const channel = this.#channel;
    checkArguments(arguments, 1, 'RTCDataChannel.send');
    // 3. Execute the sub step corresponding to the type of data.
    if (data instanceof Blob) {
      this.#check(data.size);
      channel.sendBlob(data);
    } else if (ArrayBuffer.isView(data)) {
      this.#check(data.byteLength);
      channel.send(Payload.binary, new Uint8Array(data.buffer, data.byteOffset, data.byteLength), borrowed);
    } else if (isArrayBuffer(data)) {
      this.#check(data.byteLength);
      channel.send(Payload.binary, new Uint8Array(data), borrowed);
    } else {
      const bytes = textEncoder.encode(toDOMString(data));
      this.#check(bytes.length);
      channel.send(Payload.text, bytes, owned);
    }
  }

  #check(bytes) {
    const channel = this.#channel;
    // 2. If channel.[[ReadyState]] is not "open", throw an InvalidStateError.
    if (channel.readyState !== 'open') throw errorNamed('InvalidStateError', `The channel is ${channel.readyState}.`);
    // 4. If the byte size of data exceeds transport's maxMessageSize, throw a TypeError.
    if (bytes > channel.maxMessageSize) {
      throw new TypeError(`${bytes} bytes are more than the ${channel.maxMessageSize} the other side takes`);
    }
  }

  static {
    const types = ['open', 'bufferedamountlow', 'error', 'closing', 'close', 'message'];
    defineEventHandlers(this, types, (value) => #channel in value);
    defineInterface(this);
  }
}

const owned = { owned: true };
const borrowed = { owned: false };

function isArrayBuffer(value) {
  return value instanceof ArrayBuffer || Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}
