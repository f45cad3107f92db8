// A real TURN server between two of our hosts that may be known by its addresses only.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, Socket } from 'node:net';
import test from 'node:test';
import { connect, install } from '../../js/node.js';
import {
  address6, credential, haveCoturn, haveIpv6, makeCertificate, relayAddress, serverAddress, startCoturn, username,
} from './coturn.js';
import { programPath } from './host.js';
import { machineAddresses } from './machine_addresses.js';

const timeout = 120_000;
const skip = haveCoturn ? false : 'coturn is not installed';
const bytesToSend = 4_000_000;

let coturn;
let folder;
let right; /* a certificate for the server's address, which is its own root, and its key */
let wrong; /* one for another name */
test.before(async () => {
  if (!haveCoturn) return;
  folder = mkdtempSync(join(tmpdir(), 'portcullis-turn-'));
  right = makeCertificate(folder, 'right', `IP:${serverAddress}`);
  wrong = makeCertificate(folder, 'wrong', 'DNS:turn.example,IP:127.0.0.4');
  coturn = await startCoturn({ tls: right });
});
test.after(async () => {
  await coturn?.close();
  if (folder) rmSync(folder, { recursive: true });
});

const secureUrl = (server = coturn) => `turns:${serverAddress}:${server.tlsPort}?transport=tcp`;
const serverUrl = () => `turn:${serverAddress}:${coturn.port}`;

async function open(t, urls, { password = credential, bundle } = {}) {
  const session = await connect({ origin: 'https://node.example', loopback: true,
    broker: programPath('portcullis-broker'), args: bundle ? ['--ca-bundle', bundle] : [] });
  t.after(() => session.close());
  const rtc = {};
  install(rtc, session);
  const pc = new rtc.RTCPeerConnection({
    iceTransportPolicy: 'relay', iceServers: [{ urls, username, credential: password }],
  });
  t.after(() => pc.close());
  return pc;
}

const seen = (target, type) => new Promise((done) => { target.addEventListener(type, done, { once: true }); });

function tellCandidates(from, to, told) {
  from.addEventListener('icecandidate', ({ candidate }) => {
    if (!candidate?.candidate) return;
    told.push(candidate);
    to.addIceCandidate(candidate);
  });
}

async function negotiate(a, b) {
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription);
}

// record keeps every byte that crosses the boundary in either direction until the test ends.
function record(t) {
  const chunks = [];
  for (const name of ['write', 'push']) {
    const real = Socket.prototype[name];
    Socket.prototype[name] = function keep(chunk, ...rest) {
      if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
      return real.call(this, chunk, ...rest);
    };
    t.after(() => { Socket.prototype[name] = real; });
  }
  return () => Buffer.concat(chunks);
}

async function sendAndCount(from, to) {
  let received = 0;
  const arrived = new Promise((done) => {
    to.addEventListener('message', ({ data }) => {
      received += data.byteLength;
      if (received >= bytesToSend) done();
    });
  });
  const message = new Uint8Array(50_000);
  for (let sent = 0; sent < bytesToSend; sent += message.length) from.send(message);
  await arrived;
  return received;
}

async function callThrough(t, urls, options) {
  const recorded = record(t);
  const [a, b] = await Promise.all([open(t, urls, options), open(t, urls, options)]);
  const told = [];
  tellCandidates(a, b, told);
  tellCandidates(b, a, told);
  const channel = a.createDataChannel('through a relay');
  const incoming = seen(b, 'datachannel');
  await negotiate(a, b);
  const other = (await incoming).channel;
  other.binaryType = 'arraybuffer';
  if (channel.readyState !== 'open') await seen(channel, 'open');
  /* RFC 9429 5.2.1: every description's o= line has 127.0.0.1, whoever makes it. */
  const views = [a, b].map((pc) => pc.localDescription.sdp.replace(/^o=.*$/m, ''));
  assert.equal(await sendAndCount(channel, other), bytesToSend);
  const stats = JSON.stringify([...await a.getStats(), ...await b.getStats()]);
  return { told, views, stats, bytes: recorded(), selected: a.sctp.transport.iceTransport.getSelectedCandidatePair() };
}

function checkHidden({ told, views, stats, bytes, selected }) {
  assert.ok(told.length >= 2);
  for (const candidate of told) {
    assert.equal(candidate.type, 'relay');
    assert.equal(candidate.address, relayAddress);
    assert.ok([null, '0.0.0.0'].includes(candidate.relatedAddress), candidate.candidate);
  }
  assert.deepEqual([selected.local.type, selected.remote.type], ['relay', 'relay']);
  for (const address of machineAddresses()) {
    assert.deepEqual(address.textsIn(views.join()), [], 'a description tells an address');
    assert.deepEqual(address.textsIn(stats), [], 'the statistics tell an address');
    assert.deepEqual(address.formsIn(bytes), [], 'the boundary told an address');
  }
}

test('X13: policy relay over UDP: data arrives and no address of the machine is told', { timeout, skip }, async (t) => {
  checkHidden(await callThrough(t, serverUrl()));
});

test('X13: policy relay over TCP: data arrives and no address of the machine is told', { timeout, skip }, async (t) => {
  checkHidden(await callThrough(t, `${serverUrl()}?transport=tcp`));
});

const skip6 = skip || (haveIpv6 ? false : 'this machine has no IPv6');
for (const transport of ['udp', 'tcp']) {
  test(`policy relay over ${transport.toUpperCase()} and IPv6: the allocation is of IPv6 and data arrives`, { timeout, skip: skip6 }, async (t) => {
    const server = await startCoturn({ ipv6: true });
    t.after(() => server.close());
    const { told, selected } = await callThrough(t, `turn:[${address6}]:${server.port}?transport=${transport}`);
    assert.ok(told.length >= 2);
    assert.deepEqual([...new Set(told.map(({ type, address }) => `${type} ${address}`))], [`relay ${address6}`]);
    assert.deepEqual([selected.local.type, selected.remote.type], ['relay', 'relay']);
  });
}

test('a wrong credential is told by its code, with the server and without the secret', { timeout, skip }, async (t) => {
  const pc = await open(t, serverUrl(), { password: 'a guess at it' });
  pc.createDataChannel('');
  const failed = seen(pc, 'icecandidateerror');
  await pc.setLocalDescription();
  const { errorCode, errorText, url } = await failed;
  assert.equal(errorCode, 401);
  assert.equal(url, `${serverUrl()}?transport=udp`);
  assert.doesNotMatch(`${errorText}${url}`, /a guess at it/);
});

test('X13: policy relay over TLS: data arrives and no address of the machine is told', { timeout, skip }, async (t) => {
  checkHidden(await callThrough(t, secureUrl(), { bundle: right.certificate }));
});

// listen resolves with a server that treats each connection so, and its port.
async function listen(t, treat) {
  const server = createServer((socket) => treat(socket.on('error', () => {})));
  await new Promise((done) => server.listen(0, serverAddress, done));
  t.after(() => server.close());
  return server.address().port;
}

const overTcp = (port) => `turn:${serverAddress}:${port}?transport=tcp`;

// Resolves with [code, url] of each error, in the order they came, when the gathering is over.
async function errorsOf(t, urls, options) {
  const pc = await open(t, urls, options);
  pc.createDataChannel('');
  const told = [];
  pc.addEventListener('icecandidateerror', ({ errorCode, url }) => told.push([errorCode, url]));
  const over = new Promise((done) => {
    pc.addEventListener('icegatheringstatechange', () => pc.iceGatheringState === 'complete' && done());
  });
  await pc.setLocalDescription();
  await over;
  return told;
}

// Those servers alone, and after one that takes a connection and never says a word, of which nothing is known but that
// its time is over: who is told of sooner comes before it, who is told of later after the end.
async function expectUnreached(t, urls, options) {
  const began = performance.now();
  const alone = errorsOf(t, urls, options).then((errors) => [errors, performance.now() - began]);
  const silent = overTcp(await listen(t, (socket) => socket.resume()));
  assert.deepEqual(await errorsOf(t, [silent, ...urls], options), unreached([silent, ...urls]));
  const [errors, ms] = await alone;
  assert.deepEqual(errors, unreached(urls));
  assert.ok(ms >= waitMs, `it was over after ${ms} ms`);
}

const waitMs = 9990; /* 10 s by the host's clock; how much more depends on the machine */
const unreached = (urls) => urls.map((url) => [701, url]);

test('X11: a server whose certificate nobody vouches for is not spoken to', { timeout, skip }, async (t) => {
  await expectUnreached(t, [secureUrl()]);
});

test('X11: a server with another host\'s certificate is not spoken to', { timeout, skip }, async (t) => {
  const other = await startCoturn({ tls: wrong });
  t.after(() => other.close());
  await expectUnreached(t, [secureUrl(other)], { bundle: wrong.certificate });
});

test('X10: a port that refuses and one where something else listens look like one that drops', { timeout, skip }, async (t) => {
  const speaks = await listen(t, (socket) => socket.end('SSH-2.0-something\r\n'));
  const closed = createServer();
  await new Promise((done) => closed.listen(0, serverAddress, done));
  const { port: refuses } = closed.address();
  await new Promise((done) => closed.close(done));
  await Promise.all([[speaks], [refuses], [speaks, refuses]].map((ports) => expectUnreached(t, ports.map(overTcp))));
});
