// ICE-TCP between real hosts, and from Chromium to ours: UDP candidates are not signalled, so that nothing else is left.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect, install } from '../../js/node.js';
import { haveChromium, launchBrowser } from './ends/browser.js';
import { isWellFramed, startFramedRelay } from './ends/framed_relay.js';
import { everyAddress, programPath, startSite } from './host.js';

const timeout = 60_000;
const megabytes = 1e6;
const both = ['--ice-tcp', 'active-and-passive'];
const active = ['--ice-tcp', 'active'];

async function open(t, args) {
  const session = await connect({ origin: 'https://node.example', loopback: true, addresses: everyAddress,
    broker: programPath('portcullis-broker'), args });
  t.after(() => session.close());
  const rtc = {};
  install(rtc, session);
  const pc = new rtc.RTCPeerConnection();
  t.after(() => pc.close());
  return pc;
}

const isTcp = (candidate) => / tcp /i.test(candidate);
const seen = (target, type) => new Promise((done) => { target.addEventListener(type, done, { once: true }); });
const withoutCandidates = ({ type, sdp }) => ({ type, sdp: sdp.replace(/^a=(candidate:|end-of-candidates).*\r\n/gm, '') });

function trickle(from, to, told) {
  from.addEventListener('icecandidate', ({ candidate }) => {
    if (!candidate?.candidate || !isTcp(candidate.candidate)) return;
    told.push(candidate);
    to.addIceCandidate(candidate);
  });
}

async function negotiate(a, b) {
  await a.setLocalDescription();
  await b.setRemoteDescription(withoutCandidates(a.localDescription));
  await b.setLocalDescription();
  await a.setRemoteDescription(withoutCandidates(b.localDescription));
}

async function call(t, argsA, argsB) {
  const [a, b] = await Promise.all([open(t, argsA), open(t, argsB)]);
  const told = [];
  trickle(a, b, told);
  trickle(b, a, told);
  const channel = a.createDataChannel('over TCP');
  channel.binaryType = 'arraybuffer';
  const incoming = seen(b, 'datachannel');
  await negotiate(a, b);
  const other = (await incoming).channel;
  other.binaryType = 'arraybuffer';
  if (channel.readyState !== 'open') await seen(channel, 'open');
  return { a, b, channel, other, told };
}

const pattern = randomBytes(64_000);

async function send(channel, bytes) {
  const hash = createHash('sha256');
  channel.bufferedAmountLowThreshold = 1 * megabytes;
  for (let sent = 0; sent < bytes; sent += pattern.length) {
    const message = pattern.subarray(0, Math.min(pattern.length, bytes - sent));
    hash.update(message);
    channel.send(message);
    if (channel.bufferedAmount > 2 * megabytes) await seen(channel, 'bufferedamountlow');
  }
  return hash.digest('hex');
}

function receive(channel, bytes) {
  const hash = createHash('sha256');
  let received = 0;
  return new Promise((done) => {
    channel.addEventListener('message', ({ data }) => {
      hash.update(new Uint8Array(data));
      received += data.byteLength;
      if (received === bytes) done(hash.digest('hex'));
    });
  });
}

async function exchange({ channel, other }, bytes) {
  const arrived = [receive(other, bytes), receive(channel, bytes)];
  const sent = [send(channel, bytes), send(other, bytes)];
  assert.deepEqual(await Promise.all(arrived), await Promise.all(sent));
}

function selectedPair(pc) {
  const { local, remote } = pc.sctp.transport.iceTransport.getSelectedCandidatePair();
  return [local.protocol, remote.protocol];
}

const ways = [
  ['an active end to one that listens', active, both],
  ['one that listens to an active end', both, active],
  ['masked, both offering', [...both, '--mask-tcp', 'offer'], [...active, '--mask-tcp', 'offer']],
  ['masked, one requiring', [...active, '--mask-tcp', 'require'], [...both, '--mask-tcp', 'offer']],
  ['one offering masks, the other not', [...both, '--mask-tcp', 'offer'], active],
];
for (const [title, argsA, argsB] of ways) {
  test(`over TCP only, ${title}: 20 MB each way arrive whole`, { timeout }, async (t) => {
    const parts = await call(t, argsA, argsB);
    await exchange(parts, 20 * megabytes);
    assert.deepEqual(selectedPair(parts.a), ['tcp', 'tcp']);
    const active9 = parts.told.filter(({ tcpType }) => tcpType === 'active');
    assert.ok(active9.length > 0 && active9.every(({ port }) => port === 9));
    assert.ok(parts.told.some(({ tcpType, port }) => tcpType === 'passive' && port > 1023));
  });
}

async function candidatesOf(t, args) {
  const pc = await open(t, args);
  const told = [];
  pc.createDataChannel('');
  pc.addEventListener('icecandidate', ({ candidate }) => candidate?.candidate && told.push(candidate));
  const over = new Promise((done) => {
    pc.addEventListener('icegatheringstatechange', () => pc.iceGatheringState === 'complete' && done());
  });
  await pc.setLocalDescription();
  await over;
  return told.map(({ tcpType }) => tcpType ?? 'udp');
}

test('policy decides which candidates are told, and without a word nobody listens', { timeout }, async (t) => {
  const kinds = async (...args) => [...new Set(await candidatesOf(t, args))].sort();
  assert.deepEqual(await kinds(), ['active', 'udp']);
  assert.deepEqual(await kinds('--ice-tcp', 'off'), ['udp']);
  assert.deepEqual(await kinds(...both), ['active', 'passive', 'udp']);
  assert.deepEqual(await kinds(...both, '--no-raw-tcp'), ['udp']);
});

// ---- strangers at a listening port ----

async function listeningPort(t) {
  const pc = await open(t, both);
  pc.createDataChannel('');
  const found = new Promise((done) => {
    pc.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate?.tcpType === 'passive' && candidate.address === '127.0.0.1') done(candidate.port);
    });
  });
  await pc.setLocalDescription();
  return { pc, port: await found };
}

/** Connects, writes, and resolves when the other side has ended it, with what it said. */
async function knock(port, bytes) {
  const socket = connectTcp(port, '127.0.0.1');
  const said = [];
  socket.on('data', (chunk) => said.push(chunk));
  socket.on('error', () => {});
  const closed = new Promise((done) => { socket.on('close', done); }); // a reset is a close too
  socket.on('connect', () => socket.write(bytes));
  await closed;
  return Buffer.concat(said).length;
}

const frame = (bytes) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);

test('strangers at a listening port: garbage, frames and silence get no byte and five seconds', { timeout }, async (t) => {
  const { port } = await listeningPort(t);
  const hello = Buffer.from([22, 254, 253, 0, 0, 0, 0]);
  const answers = await Promise.all([
    knock(port, Buffer.from('GET / HTTP/1.1\r\n\r\n')), knock(port, frame(hello)), knock(port, Buffer.from([0xff, 0xff])),
    knock(port, Buffer.from([0]))]);
  assert.deepEqual(answers, [0, 0, 0, 0]);
});

test('a thousand strangers at a listening port do not keep the peer away', { timeout }, async (t) => {
  const [a, b] = await Promise.all([open(t, both), open(t, active)]);
  let described;
  const ready = new Promise((done) => { described = done; });
  const first = new Promise((done) => {
    a.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate?.tcpType !== 'passive') return;
      ready.then(() => b.addIceCandidate(candidate));
      if (candidate.address === '127.0.0.1') done(candidate.port);
    });
  });
  const incoming = seen(b, 'datachannel');
  const channel = a.createDataChannel('');
  const opened = seen(channel, 'open');
  await a.setLocalDescription();
  const port = await first;
  let heard = 0;
  const strangers = Array.from({ length: 1000 }, () => {
    const stranger = connectTcp(port, '127.0.0.1', () => stranger.write(Buffer.from([1, 2, 3])));
    return stranger.on('error', () => {}).on('data', ({ length }) => { heard += length; });
  });
  t.after(() => strangers.forEach((stranger) => stranger.destroy()));
  await b.setRemoteDescription(withoutCandidates(a.localDescription));
  described();
  await b.setLocalDescription();
  await a.setRemoteDescription(withoutCandidates(b.localDescription));
  await Promise.all([incoming, opened]);
  assert.equal(heard, 0);
});

// ---- others ----

const passiveOf = (pc) => new Promise((done) => {
  const candidates = [];
  pc.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate?.tcpType === 'passive') candidates.push(candidate);
    if (!candidate) done(candidates);
  });
});

async function echoOneByOne(channel, messages) {
  for (const message of messages) { // one at a time: what it does when a socket is full is its own affair
    const back = seen(channel, 'message');
    channel.send(message);
    assert.deepEqual(new Uint8Array((await back).data), new Uint8Array(message));
  }
}

/** Resolves with true when all came back, and with false when node-datachannel had broken the stream by itself. */
async function callNodeDatachannel(t) {
  const theirs = fork(fileURLToPath(new URL('ends/active_tcp.js', import.meta.url)));
  t.after(() => theirs.connected && theirs.disconnect());
  const pc = await open(t, both);
  const channel = pc.createDataChannel('to node-datachannel');
  channel.binaryType = 'arraybuffer';
  const opened = seen(channel, 'open');
  const gathered = passiveOf(pc);
  await pc.setLocalDescription();
  const { candidate, port, sdpMid } = (await gathered).find(({ address }) => address === '127.0.0.1');
  const relay = await startFramedRelay(port);
  t.after(() => relay.close());
  const answered = once(theirs, 'message');
  theirs.send({ description: withoutCandidates(pc.localDescription) });
  const [{ description }] = await answered;
  await pc.setRemoteDescription(withoutCandidates(description));
  theirs.send({ candidate: { candidate: candidate.replace(` ${port} `, ` ${relay.port} `), sdpMid } });
  const messages = Array.from({ length: 50 }, (_, i) => pattern.subarray(0, 100 * i));
  const outcome = await Promise.race([
    relay.broken.then(() => 'broken'), relay.ended.then(() => 'ended'),
    opened.then(() => echoOneByOne(channel, messages)).then(() => 'whole')]);
  assert.notEqual(outcome, 'ended', 'we ended a connection whose every frame was whole');
  if (outcome === 'whole') assert.deepEqual(selectedPair(pc), ['tcp', 'tcp']);
  theirs.disconnect();
  return outcome === 'whole';
}

test('node-datachannel connects to our listening port, over TCP only', { timeout }, async (t) => {
  let numBroken = 0;
  while (!await callNodeDatachannel(t)) t.diagnostic(`node-datachannel broke ${++numBroken} stream(s) itself`);
});

test('a length written twice is found in a stream, and whole frames are not taken for it', () => {
  const request = Buffer.alloc(20);
  request.writeUInt32BE(0x2112a442, 4);
  const record = Buffer.from([22, 254, 253, 0, 0, 0, 0]);
  assert.ok(isWellFramed(Buffer.concat([frame(request), frame(record), frame(record).subarray(0, 4)])));
  assert.ok(!isWellFramed(Buffer.concat([frame(request), frame(record).subarray(0, 2), frame(record)])));
});


test('Chromium connects to our listening port, over TCP only', { timeout, skip: haveChromium ? false : 'Chromium is not installed' }, async (t) => {
  const site = await startSite();
  t.after(() => site.close());
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${site.origin}/tests/interop/ends/page.html?rtc=native`);
  const pc = await open(t, both);
  const channel = pc.createDataChannel('to Chromium');
  channel.binaryType = 'arraybuffer';
  const opened = seen(channel, 'open');
  const gathered = passiveOf(pc);
  await pc.setLocalDescription();
  const candidates = (await gathered).map((candidate) => candidate.toJSON());
  const offer = withoutCandidates(pc.localDescription);
  const answer = await page.evaluate(async ({ description, remote }) => {
    const theirs = new RTCPeerConnection();
    globalThis.theirs = theirs;
    theirs.ondatachannel = ({ channel: incoming }) => {
      incoming.binaryType = 'arraybuffer';
      incoming.onmessage = ({ data }) => incoming.send(data);
    };
    await theirs.setRemoteDescription(description);
    await theirs.setLocalDescription();
    for (const one of remote) await theirs.addIceCandidate(one);
    return theirs.localDescription.toJSON();
  }, { description: offer, remote: candidates });
  await pc.setRemoteDescription(withoutCandidates(answer));
  await opened;
  const bytes = 8 * megabytes;
  const arrived = receive(channel, bytes);
  assert.equal(await send(channel, bytes), await arrived);
  assert.deepEqual(selectedPair(pc), ['tcp', 'tcp']);
  const protocol = await page.evaluate(async () => {
    const stats = [...(await globalThis.theirs.getStats()).values()];
    const pair = stats.find(({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded');
    return stats.find(({ id }) => id === pair.remoteCandidateId).protocol;
  });
  assert.equal(protocol, 'tcp');
});
