// RTCIceCandidate and RTCSessionDescription: what script may make of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RTCIceCandidate } from '../../js/lib/RTCIceCandidate.js';
import { RTCSessionDescription } from '../../js/lib/RTCSessionDescription.js';

const fieldNames = ['foundation', 'component', 'priority', 'address', 'protocol', 'port', 'type', 'tcpType', 'relatedAddress',
  'relatedPort'];
const fields = (candidate) => fieldNames.map((name) => candidate[name]);

test('a candidate needs sdpMid or sdpMLineIndex', () => {
  for (const bad of [undefined, null, {}, { candidate: '' }, { sdpMid: null, sdpMLineIndex: null }, 5]) {
    assert.throws(() => new RTCIceCandidate(bad), TypeError, JSON.stringify(bad));
  }
});

test('what is missing is empty or null, and null is a text for candidate alone', () => {
  const plain = new RTCIceCandidate({ sdpMid: 'audio' });
  assert.deepEqual(plain.toJSON(), { candidate: '', sdpMid: 'audio', sdpMLineIndex: null, usernameFragment: null });
  assert.deepEqual([plain.relayProtocol, plain.url], [null, null]);
  assert.equal(new RTCIceCandidate({ candidate: null, sdpMLineIndex: 0 }).candidate, 'null');
  assert.equal(new RTCIceCandidate({ sdpMLineIndex: 65537 }).sdpMLineIndex, 1);
});

test('the text is parsed into the members', () => {
  const udp = new RTCIceCandidate({
    candidate: 'candidate:1905690388 1 udp 2113937151 192.168.0.1 58041 typ host generation 0 ufrag thC8 network-cost 50', sdpMid: '0' });
  assert.deepEqual(fields(udp), ['1905690388', 'rtp', 2113937151, '192.168.0.1', 'udp', 58041, 'host', null, null, null]);
  assert.equal(udp.usernameFragment, null, 'a member of its own');
  const tcp = new RTCIceCandidate({
    candidate: 'candidate:435653019 2 TCP 1845501695 2001:db8::1 4444 typ srflx raddr www.example.com rport 22222 tcptype active',
    sdpMid: '0', usernameFragment: 'given', relayProtocol: 'tls', url: 'turn:turn.example.net' });
  assert.deepEqual(fields(tcp), ['435653019', 'rtcp', 1845501695, '2001:db8::1', 'tcp', 4444, 'srflx', 'active', 'www.example.com', 22222]);
  assert.deepEqual([tcp.usernameFragment, tcp.relayProtocol, tcp.url], ['given', 'tls', 'turn:turn.example.net']);
});

test('text that is no candidate is kept, and its members are null', () => {
  for (const candidate of ['<arbitrary string[0] content>;', 'candidate:', 'candidate:1 1 udp 1 a 1 typ', 'candidate:1 3 udp 1 a 1 typ host',
    'candidate:1 1 udp 99999999999 a 1 typ host', 'candidate:1 1 udp 1 a 65536 typ host', 'candidate:1 1 sctp 1 a 1 typ host',
    'candidate:1 1 udp 1 a 1 type host', 'candidate:! 1 udp 1 a 1 typ host', 'candidate:1 1 udp 1 a 1 typ other']) {
    const made = new RTCIceCandidate({ candidate, sdpMid: '0' });
    assert.equal(made.candidate, candidate);
    assert.deepEqual(fields(made), fieldNames.map(() => null), candidate);
  }
});

test('every member is a getter on the prototype, so that a library can replace it', () => {
  for (const name of [...fieldNames, 'candidate', 'sdpMid', 'sdpMLineIndex', 'usernameFragment', 'relayProtocol', 'url']) {
    const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(RTCIceCandidate.prototype, name);
    assert.deepEqual([typeof get, set, enumerable, configurable], ['function', undefined, true, true], name);
  }
  assert.deepEqual(Object.keys(new RTCIceCandidate({ sdpMid: '0' })), []);
});

test('a candidate made of another, or of its JSON', () => {
  const first = new RTCIceCandidate({ sdpMid: 'v', relayProtocol: 'tls', url: 'turn:t.example' });
  assert.equal(new RTCIceCandidate(first).relayProtocol, 'tls');
  assert.equal(new RTCIceCandidate(JSON.parse(JSON.stringify(first))).url, null);
  assert.throws(() => new RTCIceCandidate({ sdpMid: 'v', relayProtocol: 'quic' }), TypeError);
});

test('a session description has a type, a text and a JSON', () => {
  const description = new RTCSessionDescription({ type: 'offer' });
  assert.deepEqual(JSON.parse(JSON.stringify(description)), { type: 'offer', sdp: '' });
  assert.equal(new RTCSessionDescription({ type: 'answer', sdp: 5 }).sdp, '5');
  for (const bad of [undefined, null, {}, { type: null }, { sdp: 'x' }, { type: 'Offer' }]) {
    assert.throws(() => new RTCSessionDescription(bad), TypeError, JSON.stringify(bad));
  }
  assert.throws(() => new RTCSessionDescription(), TypeError);
  assert.throws(() => { description.sdp = 'x'; }, TypeError, 'read only');
});
