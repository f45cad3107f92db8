// Data channels against a host in memory: order, credit in both directions, buffered amounts,
// closing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { install } from '../../js/lib/install.js';
import { FakeHost, once, turn } from './fake_host.js';

const open = 1;
const closing = 2;
const closed = 3;

// start gives a connection with open channels.
async function start({ labels = ['a'], limits } = {}) {
  const host = new FakeHost({ limits });
  const rtc = {};
  install(rtc, await host.open());
  const pc = new rtc.RTCPeerConnection();
  const channels = labels.map((label) => pc.createDataChannel(label));
  await turn();
  const { peer } = host.last('openChannel');
  const handles = host.told('channelOpened').map(({ channel }) => channel);
  handles.forEach((channel, index) => host.tell('channelState', { channel, state: open, id: 2 * index, status: 0 }));
  await turn();
  assert.deepEqual(channels.map(({ readyState }) => readyState), labels.map(() => 'open'));
  return { host, rtc, pc, peer, channels, handles, channel: channels[0], handle: handles[0] };
}

// watch notes every event of a channel.
function watch(channel) {
  const seen = [];
  for (const type of ['open', 'message', 'error', 'closing', 'close', 'bufferedamountlow']) {
    channel.addEventListener(type, () => seen.push(type));
  }
  return seen;
}

test('strings, buffers, views and Blobs leave in the order they were sent, as they were then', async () => {
  const { host, channel, handle } = await start();
  const bytes = new Uint8Array([1, 2, 3, 4]);
  channel.send('ä');
  channel.send(bytes.subarray(1, 3));
  channel.send(new Blob(['blob']));
  channel.send(bytes.buffer);
  channel.send(new DataView(bytes.buffer, 3));
  channel.send('');
  bytes.fill(9);
  await turn();
  const sent = host.all('send').map(({ kind, payload }) => [kind, [...payload]]);
  assert.deepEqual(sent, [[0, [0xc3, 0xa4]], [1, [2, 3]], [1, [...Buffer.from('blob')]], [1, [1, 2, 3, 4]], [1, [4]], [0, []]]);
  assert.ok(host.all('send').every((message) => message.channel === handle));
});

test('bufferedAmount grows with send, falls with SENT, and tells when it is low', async () => {
  const { host, channel, handle } = await start();
  const seen = watch(channel);
  channel.bufferedAmountLowThreshold = 10;
  channel.send(new Uint8Array(25));
  channel.send('äö');
  assert.equal(channel.bufferedAmount, 29);
  host.tell('sent', { channel: handle, bytes: 15 });
  await turn();
  assert.equal(channel.bufferedAmount, 14);
  assert.deepEqual(seen, []);
  host.tell('sent', { channel: handle, bytes: 4 });
  await turn();
  assert.deepEqual(seen, ['bufferedamountlow'], 'at the threshold');
  host.tell('sent', { channel: handle, bytes: 10 });
  await turn();
  assert.deepEqual(seen, ['bufferedamountlow'], 'once');
  assert.equal(channel.bufferedAmount, 0);
});

test('a page keeps to the send window, and channels take turns when it opens', async () => {
  const { host, channels: [a, b], handles } = await start({ labels: ['a', 'b'], limits: { sendWindowBytes: 100 } });
  for (let i = 0; i < 3; i++) a.send(new Uint8Array(60).fill(i));
  for (let i = 0; i < 2; i++) b.send(new Uint8Array(30).fill(10 + i));
  await turn();
  const order = () => host.all('send').map(({ channel, payload }) => [handles.indexOf(channel), payload[0]]);
  assert.deepEqual(order(), [[0, 0]], 'a waits for room, and b for its turn');
  host.tell('sent', { channel: handles[0], bytes: 60 });
  await turn();
  assert.deepEqual(order().slice(1), [[0, 1], [1, 10]]);
  host.tell('sent', { channel: handles[1], bytes: 30 });
  await turn();
  assert.equal(order().length, 3);
  host.tell('sent', { channel: handles[0], bytes: 60 });
  await turn();
  assert.deepEqual(order().slice(3), [[0, 2], [1, 11]]);
});

test('a link that has enough to do holds channels back until it drains', async () => {
  const { host, channel } = await start();
  host.link.full = true;
  channel.send('later');
  await turn();
  assert.equal(host.all('send').length, 0);
  host.link.full = false;
  host.link.drained();
  await turn();
  assert.equal(host.all('send').length, 1);
});

test('what the host had of a channel that closed is given back to the others', async () => {
  const { host, channels: [a, b], handles } = await start({ labels: ['a', 'b'], limits: { sendWindowBytes: 100 } });
  a.send(new Uint8Array(90));
  b.send(new Uint8Array(90));
  await turn();
  assert.equal(host.all('send').length, 1);
  host.tell('channelState', { channel: handles[0], state: closed, id: 0, status: 0 });
  await turn();
  assert.equal(host.all('send').length, 2);
});

test('send refuses: not open, larger than the other side takes, more than 16 MiB in all', async () => {
  const { host, channel, pc } = await start({ limits: { sendWindowBytes: 1000 } });
  assert.throws(() => pc.createDataChannel('new').send('x'), { name: 'InvalidStateError' });
  assert.throws(() => channel.send(), TypeError);
  assert.throws(() => channel.send(new Uint8Array(262145)), TypeError);
  for (let i = 0; i < 64; i++) channel.send(new Uint8Array(262144));
  assert.equal(channel.bufferedAmount, 16 * 1024 * 1024);
  assert.throws(() => channel.send('x'), { name: 'OperationError' });
  assert.throws(() => channel.send(new Blob(['x'])), { name: 'OperationError' });
  assert.equal(channel.bufferedAmount, 16 * 1024 * 1024, 'a refused message does not count');
  assert.equal(host.all('send').length, 0);
});

test('messages arrive one task each, as text, ArrayBuffer or Blob', async () => {
  const { host, channel, handle } = await start();
  const seen = [];
  channel.addEventListener('message', ({ data }) => {
    seen.push(data);
    Promise.resolve().then(() => Promise.resolve()).then(() => seen.push('microtasks'));
  });
  const message = (kind, payload) => ['received', { channel: handle, kind, payload: Uint8Array.from(payload) }];
  host.tellAll(message(0, [0xef, 0xbb, 0xbf, 0x61]), message(1, [1, 2]), message(1, []));
  await turn();
  assert.deepEqual([seen[0], seen[1], seen[3], seen[5]], ['\uFEFFa', 'microtasks', 'microtasks', 'microtasks']);
  assert.ok(seen[2] instanceof ArrayBuffer);
  assert.deepEqual([...new Uint8Array(seen[2])], [1, 2]);
  channel.binaryType = 'blob';
  channel.binaryType = 'nonsense';
  assert.equal(channel.binaryType, 'blob');
  host.tellAll(message(1, [7]));
  await turn();
  assert.deepEqual(new Uint8Array(await seen[6].arrayBuffer()), Uint8Array.of(7));
});

test('a handler set after awaiting the previous message misses none of one chunk', async () => {
  const { host, channel, handle } = await start();
  const next = () => new Promise((done) => { channel.onmessage = ({ data }) => done(data); });
  const first = next();
  host.tellAll(...['1', '2', '3'].map((text) => ['received', { channel: handle, kind: 0, payload: Buffer.from(text) }]));
  assert.deepEqual([await first, await next(), await next()], ['1', '2', '3']);
});

test('received bytes are paid back in portions, those of a closing channel too', async () => {
  const { host, channel, handle, peer } = await start({ limits: { receiveWindowBytes: 1600 } });
  const tell = () => host.tell('received', { channel: handle, kind: 1, payload: new Uint8Array(60) });
  tell();
  await turn();
  assert.equal(host.all('credit').length, 0);
  channel.close();
  tell();
  await turn();
  assert.deepEqual(host.last('credit'), { name: 'credit', peer, bytes: 120 });
});

test('close waits for what is queued, is silent itself, and ends with one close event', async () => {
  const { host, channel, handle } = await start({ limits: { sendWindowBytes: 10 } });
  const seen = watch(channel);
  channel.send('1234567890');
  channel.send(new Blob(['blob']));
  channel.close();
  channel.close();
  assert.equal(channel.readyState, 'closing');
  assert.throws(() => channel.send('x'), { name: 'InvalidStateError' });
  await turn();
  assert.equal(host.all('closeChannel').length, 0);
  host.tell('sent', { channel: handle, bytes: 10 });
  await turn();
  assert.equal(host.all('send').length, 2);
  assert.equal(host.all('closeChannel').length, 1);
  host.tell('channelState', { channel: handle, state: closed, id: 0, status: 0 });
  await turn();
  assert.deepEqual(seen, ['close']);
  assert.equal(channel.readyState, 'closed');
  assert.equal(channel.bufferedAmount, 4, 'not reset by closing');
});

test('the other side closes: closing, then close; with an error: error, then close', async () => {
  const { host, channels: [a, b, c], handles, rtc } = await start({ labels: ['a', 'b', 'c'] });
  const seen = [a, b, c].map(watch);
  const failed = once(c, 'error');
  host.tell('channelState', { channel: handles[0], state: closing, id: 0, status: 0 });
  host.tell('channelState', { channel: handles[0], state: closed, id: 0, status: 0 });
  host.tell('channelState', { channel: handles[1], state: closed, id: 0, status: 0 });
  host.tell('channelState', { channel: handles[2], state: closed, id: 0, status: 8 });
  await turn();
  assert.deepEqual(seen, [['closing', 'close'], ['closing', 'close'], ['error', 'close']]);
  const { error } = await failed;
  assert.ok(error instanceof rtc.RTCError);
  assert.equal(error.errorDetail, 'sctp-failure');
});

test('a channel closed before the host knew it is closed without asking', async () => {
  const host = new FakeHost();
  const rtc = {};
  install(rtc, await host.open());
  const pc = new rtc.RTCPeerConnection();
  const channel = pc.createDataChannel('short');
  const seen = watch(channel);
  channel.close();
  await turn();
  assert.deepEqual(seen, ['close']);
  assert.equal(host.all('openChannel').length, 0);
});

test('a channel closed before its handle came is closed when it comes', async () => {
  const { host, pc } = await start();
  const channel = pc.createDataChannel('late');
  channel.close();
  assert.equal(host.all('closeChannel').length, 0);
  await turn();
  assert.equal(host.all('closeChannel').length, 1);
});

test('a channel from the other side: datachannel, then open, then its messages', async () => {
  const { host, pc, peer } = await start();
  const seen = [];
  const arrived = once(pc, 'datachannel');
  arrived.then(({ channel }) => {
    seen.push(`datachannel ${channel.readyState}`);
    for (const type of ['open', 'message']) channel.addEventListener(type, () => seen.push(type));
  });
  const incoming = { peer, channel: 900, id: 5, ordered: 0, reliability: 2, reliabilityValue: 70, priority: 256, label: 'in', protocol: 'p' };
  host.tellAll(['channelIncoming', incoming], ['received', { channel: 900, kind: 0, payload: Buffer.from('x') }]);
  await turn();
  assert.deepEqual(seen, ['datachannel open', 'open', 'message']);
  const { channel } = await arrived;
  const { label, protocol, id, ordered, maxPacketLifeTime, maxRetransmits, negotiated } = channel;
  assert.deepEqual({ label, protocol, id, ordered, maxPacketLifeTime, maxRetransmits, negotiated },
    { label: 'in', protocol: 'p', id: 5, ordered: false, maxPacketLifeTime: 70, maxRetransmits: null, negotiated: false });
});

test('createDataChannel keeps to the rules of webrtc-pc 6.1', async () => {
  const { host, pc } = await start();
  for (const [label, init] of [
    ['x'.repeat(65536)], ['\u00b5'.repeat(32768)], ['', { protocol: 'x'.repeat(65536) }],
    ['', { maxRetransmits: 0, maxPacketLifeTime: 0 }], ['', { negotiated: true }], ['', { negotiated: true, id: 65535 }],
    ['', { id: 65536 }], ['', { id: -1 }], ['', { maxRetransmits: 65536 }], ['', 5],
  ]) {
    assert.throws(() => pc.createDataChannel(label, init), TypeError, JSON.stringify(init));
  }
  assert.throws(() => pc.createDataChannel(), TypeError);
  pc.createDataChannel('n', { negotiated: true, id: 42 });
  assert.throws(() => pc.createDataChannel('n', { negotiated: true, id: 42 }), { name: 'OperationError' });
  const channel = pc.createDataChannel('\uD800', { ordered: null, maxRetransmits: 3, protocol: null, id: 7 });
  assert.deepEqual([channel.label, channel.ordered, channel.maxRetransmits, channel.protocol, channel.id],
    ['\uFFFD', false, 3, 'null', null]);
  await turn();
  const { negotiated, id, ordered, reliability, reliabilityValue } = host.last('openChannel');
  assert.deepEqual({ negotiated, id, ordered, reliability, reliabilityValue },
    { negotiated: 0, id: 65535, ordered: 0, reliability: 1, reliabilityValue: 3 });
});

test('closing the connection closes its channels without events', async () => {
  const { host, pc, channel, handle, peer } = await start();
  const seen = watch(channel);
  pc.close();
  assert.equal(channel.readyState, 'closed');
  assert.equal(host.all('closePeer').length, 0, 'leaves with the turn');
  await turn();
  assert.equal(host.last('closePeer').peer, peer);
  host.tell('received', { channel: handle, kind: 0, payload: Buffer.from('x') });
  await turn();
  assert.deepEqual(seen, []);
});

test('ids are given with the DTLS role: when the answer is applied, and at once from then on', async () => {
  const host = new FakeHost();
  const rtc = {};
  install(rtc, await host.open());
  const pc = new rtc.RTCPeerConnection();
  const first = pc.createDataChannel('first');
  const negotiated = pc.createDataChannel('negotiated', { negotiated: true, id: 2 });
  const second = pc.createDataChannel('second');
  await pc.setLocalDescription();
  assert.deepEqual([first.id, negotiated.id, second.id], [null, 2, null]);
  await pc.setRemoteDescription({ type: 'answer', sdp: 'answer\r\n' });
  assert.deepEqual([first.id, negotiated.id, second.id], [0, 2, 4]); // the client's are even
  assert.throws(() => pc.createDataChannel('x', { negotiated: true, id: 4 }), { name: 'OperationError' });
  const third = pc.createDataChannel('third');
  assert.equal(third.id, 6);
  await turn();
  assert.deepEqual(host.all('openChannel').map(({ id }) => id), [65535, 2, 65535, 6]);
});
