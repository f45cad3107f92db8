// What libraries lean on and the IDL says of the looks of every interface.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as interfaces from '../../js/lib/interfaces.js';
import { install } from '../../js/lib/install.js';
import { FakeHost } from './fake_host.js';

const lengths = { RTCDTMFToneChangeEvent: 1, RTCTrackEvent: 2, RTCDataChannelEvent: 2, RTCErrorEvent: 2, RTCPeerConnectionIceErrorEvent: 2, RTCPeerConnectionIceEvent: 1,
  RTCError: 1, RTCSessionDescription: 1 };
const closed = ['RTCCertificate', 'RTCDataChannel', 'RTCDtlsTransport', 'RTCIceCandidatePair', 'RTCIceTransport',
  'RTCSctpTransport', 'RTCStatsReport', 'RTCDTMFSender', 'RTCRtpReceiver', 'RTCRtpSender', 'RTCRtpTransceiver'];
const parents = { RTCDTMFSender: EventTarget, RTCDTMFToneChangeEvent: Event, RTCTrackEvent: Event, RTCPeerConnection: EventTarget, RTCDataChannel: EventTarget, RTCDtlsTransport: EventTarget, RTCIceTransport: EventTarget,
  RTCSctpTransport: EventTarget, RTCDataChannelEvent: Event, RTCErrorEvent: Event, RTCPeerConnectionIceErrorEvent: Event,
  RTCPeerConnectionIceEvent: Event, RTCError: DOMException };

for (const [name, Class] of Object.entries(interfaces)) {
  test(`${name} looks like an interface`, () => {
    assert.equal(Class.name, name);
    assert.equal(Class.length, lengths[name] ?? 0, 'length');
    assert.equal(Class.prototype[Symbol.toStringTag], name);
    if (parents[name]) assert.equal(Object.getPrototypeOf(Class), parents[name]);
    for (const key of Object.getOwnPropertyNames(Class.prototype)) {
      const { enumerable, get, set, value } = Object.getOwnPropertyDescriptor(Class.prototype, key);
      assert.equal(enumerable, key !== 'constructor', key);
      if (get) assert.throws(() => get.call({}), TypeError, `${key} without its object`);
      if (set) assert.throws(() => set.call({}, null), TypeError, `${key} without its object`);
      assert.ok(get || typeof value === 'function', key);
    }
  });
}

test('interfaces without a constructor cannot be made by script', () => {
  for (const name of closed) assert.throws(() => new interfaces[name](), TypeError, name);
});

test('there are no capabilities for any kind of media, and no event without its parts', () => {
  for (const { getCapabilities } of [interfaces.RTCRtpSender, interfaces.RTCRtpReceiver]) {
    for (const kind of ['audio', 'video', 'smell']) assert.equal(getCapabilities(kind), null);
    assert.throws(() => getCapabilities(), TypeError);
  }
  assert.throws(() => new interfaces.RTCTrackEvent('track', { receiver: {}, track: {}, transceiver: {} }), TypeError);
  assert.equal(new interfaces.RTCDTMFToneChangeEvent('tonechange', { tone: '1' }).tone, '1');
});

test('a call on the wrong object throws, or rejects when it promises', async () => {
  const { prototype } = interfaces.RTCPeerConnection;
  for (const name of ['close', 'createDataChannel', 'getConfiguration', 'restartIce', 'getSenders']) {
    assert.throws(() => prototype[name].call({}, 'x'), TypeError, name);
  }
  for (const name of ['createOffer', 'createAnswer', 'setLocalDescription', 'setRemoteDescription', 'addIceCandidate', 'getStats']) {
    await assert.rejects(prototype[name].call({}, { type: 'offer' }), TypeError, name);
  }
});

test('methods have the number of arguments they need as their length', () => {
  const { prototype, generateCertificate } = interfaces.RTCPeerConnection;
  const expected = { createOffer: 0, createAnswer: 0, setLocalDescription: 0, setRemoteDescription: 1, addIceCandidate: 0, close: 0,
    createDataChannel: 1, getStats: 0, setConfiguration: 0, addTrack: 1, addTransceiver: 1, removeTrack: 1 };
  for (const [name, length] of Object.entries(expected)) assert.equal(prototype[name].length, length, name);
  assert.equal(generateCertificate.length, 1);
  assert.equal(interfaces.RTCDataChannel.prototype.send.length, 1);
  assert.equal(interfaces.RTCStatsReport.prototype.forEach.length, 1);
});

test('without a session there is a readable error', () => {
  assert.throws(() => new interfaces.RTCPeerConnection(), { name: 'InvalidStateError', message: /connect\(\)/ });
});

test('install replaces the globals, hides nothing behind an older name, and events are real', async () => {
  const session = await new FakeHost().open();
  const target = { RTCPeerConnection: class Native {}, webkitRTCPeerConnection: class Native {} };
  install(target, session);
  assert.deepEqual(Object.keys(interfaces).filter((name) => target[name] !== interfaces[name]), []);
  assert.equal(target.webkitRTCPeerConnection, undefined);
  assert.deepEqual(Object.keys(target), [], 'not enumerable');
  const pc = new target.RTCPeerConnection();
  assert.ok(pc instanceof EventTarget);
  assert.equal(String(pc), '[object RTCPeerConnection]');
  assert.deepEqual(Object.keys(pc), []);
  const waited = await Promise.race([pc.peerIdentity, Promise.resolve('pending')]);
  assert.equal(waited, 'pending');
  assert.equal(pc.peerIdentity, pc.peerIdentity);
  pc.close();
});

test('handler attributes: null at first, take their place once, are called with their target', async () => {
  const rtc = {};
  install(rtc, await new FakeHost().open());
  const pc = new rtc.RTCPeerConnection();
  const seen = [];
  assert.equal(pc.onicecandidate, null);
  pc.onicecandidate = 5;
  assert.equal(pc.onicecandidate, null);
  pc.onicecandidate = () => seen.push('replaced');
  pc.addEventListener('icecandidate', () => seen.push('listener'));
  pc.onicecandidate = function handler(event) {
    seen.push(this === pc && event.target === pc);
    return false;
  };
  const event = new Event('icecandidate', { cancelable: true });
  pc.dispatchEvent(event);
  assert.deepEqual(seen, [true, 'listener']);
  assert.ok(event.defaultPrevented);
  pc.onicecandidate = null;
  pc.dispatchEvent(new Event('icecandidate'));
  assert.deepEqual(seen.slice(2), ['listener']);
  pc.close();
});

test('event constructors check what they are given', async () => {
  const { RTCDataChannelEvent, RTCError, RTCErrorEvent, RTCPeerConnectionIceEvent, RTCPeerConnectionIceErrorEvent, RTCIceCandidate } = interfaces;
  for (const bad of [undefined, {}, { channel: null }, { channel: {} }]) {
    assert.throws(() => new RTCDataChannelEvent('type', bad), TypeError);
  }
  const error = new RTCError({ errorDetail: 'sctp-failure', sctpCauseCode: 12 }, 'text');
  assert.deepEqual([error.name, error.code, error.message, error.sctpCauseCode, error.sdpLineNumber], ['OperationError', 0, 'text', 12, null]);
  assert.ok(error instanceof DOMException);
  assert.throws(() => new RTCError({}), TypeError);
  assert.throws(() => new RTCError({ errorDetail: 'other' }), TypeError);
  assert.equal(new RTCErrorEvent('error', { error, bubbles: true }).error, error);
  assert.throws(() => new RTCErrorEvent('error', { error: new Error('x') }), TypeError);
  const candidate = new RTCIceCandidate({ sdpMid: '0' });
  assert.equal(new RTCPeerConnectionIceEvent('icecandidate', { candidate }).candidate, candidate);
  assert.equal(new RTCPeerConnectionIceEvent('icecandidate').candidate, null);
  assert.throws(() => new RTCPeerConnectionIceEvent('icecandidate', { candidate: {} }), TypeError);
  assert.throws(() => new RTCPeerConnectionIceErrorEvent('icecandidateerror', {}), TypeError);
  const failed = new RTCPeerConnectionIceErrorEvent('icecandidateerror', { errorCode: 701, port: 1 });
  assert.deepEqual([failed.errorCode, failed.port, failed.address, failed.url, failed.errorText], [701, 1, null, '', '']);
});
