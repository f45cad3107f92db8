// A real TURN server between two of our hosts that may be known by its addresses only.
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { Socket } from 'node:net';
import test from 'node:test';
import { connect, install } from '../../js/node.js';
import { credential, haveCoturn, relayAddress, serverAddress, startCoturn, username } from './coturn.js';
import { programPath } from './host.js';

const timeout = 30_000;
const skip = haveCoturn ? false : 'coturn is not installed';
const bytesToSend = 4_000_000;

let coturn;
test.before(async () => {
  if (haveCoturn) coturn = await startCoturn();
});
test.after(() => coturn?.close());

const serverUrl = () => `turn:${serverAddress}:${coturn.port}`;

async function open(t, urls, password = credential) {
  const session = await connect({ origin: 'https://node.example', loopback: true, broker: programPath('portcullis-broker') });
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

// Each address of this machine but the relay's, as text and as the boundary's records have it.
function addressesOfMachine() {
  const texts = Object.values(networkInterfaces()).flat().map(({ address }) => address.split('%')[0]);
  return [...new Set(['127.0.0.1', '::1', ...texts])].flatMap((text) => {
    const forms = [Buffer.from(text)];
    if (text.includes('.')) forms.push(Buffer.from([4, ...text.split('.').map(Number)]));
    return text === '::1' ? [] : forms;
  });
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

async function callThrough(t, urls) {
  const recorded = record(t);
  const [a, b] = await Promise.all([open(t, urls), open(t, urls)]);
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
  for (const form of addressesOfMachine()) {
    assert.equal(views.join().includes(form.toString('latin1')), false, 'a description tells an address');
    assert.equal(stats.includes(form.toString('latin1')), false, 'the statistics tell an address');
    assert.equal(bytes.includes(form), false, `the boundary told an address: ${form.toString('hex')}`);
  }
}

test('policy relay over UDP: data arrives and no address of the machine is told', { timeout, skip }, async (t) => {
  checkHidden(await callThrough(t, serverUrl()));
});

test('policy relay over TCP: data arrives and no address of the machine is told', { timeout, skip }, async (t) => {
  checkHidden(await callThrough(t, `${serverUrl()}?transport=tcp`));
});

test('a wrong credential is told by its code, with the server and without the secret', { timeout, skip }, async (t) => {
  const pc = await open(t, serverUrl(), 'a guess at it');
  pc.createDataChannel('');
  const failed = seen(pc, 'icecandidateerror');
  await pc.setLocalDescription();
  const { errorCode, errorText, url } = await failed;
  assert.equal(errorCode, 401);
  assert.equal(url, `${serverUrl()}?transport=udp`);
  assert.doesNotMatch(`${errorText}${url}`, /a guess at it/);
});
