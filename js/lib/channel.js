// The underlying data transport of one RTCDataChannel: its handle at the host, its state, and the
// messages that wait for the send window. RTCDataChannel is its face to script.
import { errorOf, sentenceOf } from './errors.js';
import { fire } from './events.js';
import { ChannelState, Message, Payload, Status } from './names.js';
import { RTCError } from './RTCError.js';
import { RTCErrorEvent } from './RTCErrorEvent.js';

const queuedBytesMax = 16 * 1024 * 1024; // as in other browsers; "queue data" 2.
const textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class Channel {
  target = null; // the RTCDataChannel
  readyState = 'connecting';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  binaryType = 'arraybuffer';
  handle = 0;
  #peer;
  #queue = []; // { kind, bytes }; bytes is null while a Blob is read
  #atHost = 0; // bytes the host has and SCTP has not taken

  // options: label, ordered, maxPacketLifeTime, maxRetransmits, protocol, negotiated, id, priority.
  constructor(peer, options) {
    this.#peer = peer;
    Object.assign(this, options);
  }

  // ---- sending ----

  get maxMessageSize() {
    return this.#peer.transports.maxMessageSize;
  }

  // send takes one message; bytes may be changed by script afterwards unless owned is set.
  send(kind, bytes, { owned }) {
    this.#count(bytes.length);
    if (this.#queue.length === 0 && this.#peer.channels.window.take(bytes.length)) {
      this.#transmit(kind, bytes);
    } else {
      this.#enqueue({ kind, bytes: owned ? bytes : bytes.slice() });
    }
  }

  // sendBlob keeps the message's place while its bytes are read.
  sendBlob(blob) {
    this.#count(blob.size);
    const message = { kind: Payload.binary, bytes: null };
    this.#enqueue(message);
    blob.arrayBuffer().then(
      (buffer) => {
        message.bytes = new Uint8Array(buffer);
        this.#advance();
      },
      () => this.#fail('data-channel-failure', Status.OPERATION.number),
    );
  }

  // nextBytes and sendNext are called by the window.
  get nextBytes() {
    return this.#queue[0]?.bytes?.length ?? null;
  }

  sendNext() {
    const { kind, bytes } = this.#queue.shift();
    this.#transmit(kind, bytes);
    if (this.#queue.length === 0) this.#closeWhenSent();
  }

  #count(bytes) {
    if (this.bufferedAmount + bytes > queuedBytesMax) throw errorOf(Status.NO_SPACE.number);
    this.bufferedAmount += bytes;
  }

  #enqueue(message) {
    this.#queue.push(message);
    this.#advance();
  }

  #advance() {
    if (this.nextBytes === null) return;
    this.#peer.channels.window.wait(this);
    this.#peer.channels.window.pump();
  }

  #transmit(kind, bytes) {
    this.#atHost += bytes.length;
    this.#peer.session.sendPayload(this.handle, kind, bytes);
  }

  // ---- closing ----

  // close: the closing procedure (webrtc-pc 6.2.4), after what is queued was sent.
  close() {
    if (this.readyState === 'closing' || this.readyState === 'closed') return;
    this.readyState = 'closing';
    this.#closeWhenSent();
  }

  #closeWhenSent() {
    if (this.readyState !== 'closing' || this.#queue.length > 0) return;
    if (this.handle !== 0) {
      this.#peer.session.send('closeChannel', { channel: this.handle });
    } else if (this.#peer.channels.forget(this)) {
      this.#peer.queueTask(() => this.closed(Status.OK.number)); // the host never heard of it
    }
  }

  // opened: the host has given it a handle. It may have been closed meanwhile.
  opened(handle) {
    this.handle = handle;
    if (this.#peer.isClosed) return; // meanwhile, and with it at the host
    this.#peer.session.addChannel(handle, this);
    this.#closeWhenSent();
  }

  // ---- what the host tells ----

  receive(message) {
    if (message.name === Message.sent.name) return this.#sent(message.bytes);
    switch (message.state) {
      case ChannelState.open:
        return this.#announceOpen(message.id);
      case ChannelState.closing:
        return this.#announceClosing();
      case ChannelState.closed:
        return this.closed(message.status);
      default:
        return false;
    }
  }

  // received dispatches one message (webrtc-pc 6.2.6) and pays for it.
  received(kind, payload) {
    // 1. and 2. Only an open channel's messages are given.
    if (this.readyState === 'open') {
      this.target.dispatchEvent(new MessageEvent('message', { data: this.#dataOf(kind, payload) }));
    }
    this.#peer.channels.consumed(payload.length);
    return true;
  }

  // closed ends it (webrtc-pc 6.2.5 "announce the data channel as closed").
  closed(status) {
    if (this.readyState === 'closed') return false;
    this.#peer.channels.remove(this, this.#atHost);
    this.#queue.length = 0;
    if (status === Status.OK.number) this.#announceClosing();
    this.readyState = 'closed';
    if (status !== Status.OK.number) this.#fireError('sctp-failure', status);
    fire(this.target, 'close');
    return true;
  }

  // abandon: the connection was closed by script; no events (webrtc-pc 4.4.2 close, 7.).
  abandon() {
    this.readyState = 'closed';
    this.#queue.length = 0;
  }

  #sent(bytes) {
    const before = this.bufferedAmount;
    this.bufferedAmount = Math.max(0, before - bytes);
    this.#atHost -= bytes;
    this.#peer.channels.sent(bytes);
    const isLow = before > this.bufferedAmountLowThreshold && this.bufferedAmount <= this.bufferedAmountLowThreshold;
    if (isLow && this.readyState !== 'closed') fire(this.target, 'bufferedamountlow');
    return isLow;
  }

  #announceOpen(id) {
    if (this.readyState !== 'connecting') return false;
    this.id = id;
    this.readyState = 'open';
    fire(this.target, 'open');
    return true;
  }

  // The other side closes, or we did and know it.
  #announceClosing() {
    if (this.readyState === 'closing' || this.readyState === 'closed') return false;
    this.readyState = 'closing';
    this.#queue.length = 0; // nobody will read it
    fire(this.target, 'closing');
    return true;
  }

  #fail(errorDetail, status) {
    if (this.readyState === 'closed') return;
    this.#queue.length = 0;
    this.#fireError(errorDetail, status);
    this.close();
  }

  #fireError(errorDetail, status) {
    const error = new RTCError({ errorDetail }, sentenceOf(status));
    this.target.dispatchEvent(new RTCErrorEvent('error', { error }));
  }

  #dataOf(kind, payload) {
    if (kind === Payload.text) return textDecoder.decode(payload);
    if (this.binaryType === 'blob') return new Blob([payload]);
    return payload.buffer.slice(payload.byteOffset, payload.byteOffset + payload.length);
  }
}
