// What a page sees in each address mode, and every byte that crossed its boundary, searched for
// addresses of this machine, while two of our hosts call each other in that mode.
import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import test from 'node:test';
import { connect, install } from '../../js/node.js';
import { credential, haveCoturn, serverAddress, startCoturn, username } from './coturn.js';
import { everyAddress, programPath } from './host.js';
import { machineAddresses } from './machine_addresses.js';

const timeout = 60_000;
const skip = haveCoturn ? false : 'coturn is not installed';
const shown = ['candidate', 'address', 'port', 'type', 'relatedAddress', 'relatedPort', 'url', 'usernameFragment'];
const uuidName = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.local$/;

let coturn;
test.before(async () => { coturn = haveCoturn && await startCoturn(); });
test.after(() => coturn?.close());

const serverUrl = (transport) => `turn:${serverAddress}:${coturn.port}?transport=${transport}`;
const membersOf = (object) => Object.fromEntries(shown.map((name) => [name, object?.[name]]));

async function open(t, addresses, url) {
  const session = await connect({ origin: 'https://node.example', loopback: true, addresses,
    broker: programPath('portcullis-broker') });
  t.after(() => session.close());
  const rtc = {};
  install(rtc, session);
  const pc = new rtc.RTCPeerConnection({ iceServers: [
    { urls: url, username, credential }, { urls: `stun:${serverAddress}:${coturn.port}` }] });
  t.after(() => pc.close());
  return pc;
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

// gathered resolves once the connection has found all its candidates: a call may be open long before.
async function gathered(pc) {
  while (pc.iceGatheringState !== 'complete') {
    await new Promise((resolve) => { pc.addEventListener('icegatheringstatechange', resolve, { once: true }); });
  }
}

// paired resolves once it is known which pair is used: the other side may have an open channel before.
async function paired({ sctp: { transport: { iceTransport } } }) {
  while (iceTransport.getSelectedCandidatePair() === null) {
    await new Promise((resolve) => { iceTransport.addEventListener('selectedcandidatepairchange', resolve, { once: true }); });
  }
}

// call resolves with all that both pages saw, as text, and the bytes.
async function call(t, addresses, transport = 'udp') {
  const bytes = record(t);
  const [a, b] = await Promise.all([open(t, addresses, serverUrl(transport)), open(t, addresses, serverUrl(transport))]);
  const seen = [];
  const told = [];
  for (const [from, to] of [[a, b], [b, a]]) {
    from.addEventListener('icecandidateerror', ({ address, port, url, errorText }) => seen.push({ address, port, url, errorText }));
    from.addEventListener('icecandidate', async ({ candidate }) => {
      if (!candidate?.candidate) return;
      told.push(candidate);
      await to.addIceCandidate(candidate);
    });
  }
  const channel = a.createDataChannel('modes');
  const opened = new Promise((resolve) => { channel.onopen = resolve; });
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription);
  await Promise.all([opened, ...[a, b].flatMap((pc) => [gathered(pc), paired(pc)])]);
  for (const pc of [a, b]) {
    const { iceTransport } = pc.sctp.transport;
    const { local, remote } = iceTransport.getSelectedCandidatePair();
    const candidates = [local, remote, ...iceTransport.getLocalCandidates(), ...iceTransport.getRemoteCandidates()];
    seen.push(...candidates.map(membersOf), ...(await pc.getStats()).values());
    /* RFC 9429 5.2.1: every description's o= line has 127.0.0.1, whoever makes it. */
    seen.push(pc.localDescription.sdp.replace(/^o=.*$/m, ''), pc.remoteDescription.sdp.replace(/^o=.*$/m, ''));
  }
  return { told, view: JSON.stringify([...told.map(membersOf), ...seen]), bytes: bytes() };
}

function checkHidden({ told, view, bytes }, types) {
  for (const address of machineAddresses()) {
    assert.deepEqual(address.textsIn(view), [], `the page saw ${address.text}`);
    assert.deepEqual(address.formsIn(bytes), [], `the boundary told ${address.text}`);
  }
  assert.deepEqual([...new Set(told.map(({ type }) => type))].sort(), types);
  for (const { type, address, relatedAddress } of told) {
    if (type === 'host') assert.match(address, uuidName);
    else assert.ok([null, '0.0.0.0', '::'].includes(relatedAddress), `${type} tells ${relatedAddress}`);
  }
}

test('the search finds what a page with consent is told', { timeout, skip }, async (t) => {
  const { view, bytes } = await call(t, everyAddress);
  /* Link-local ones are no candidates. */
  for (const address of machineAddresses().filter(({ text }) => !/^(fe[89ab]|169\.254\.)/.test(text))) {
    assert.notDeepEqual(address.textsIn(view), [], address.text);
    assert.notDeepEqual(address.formsIn(bytes), [], address.text);
  }
});

test('X13: in mode default no page sees an address of the machine', { timeout, skip },
  async (t) => checkHidden(await call(t, undefined), ['host', 'relay']));

test('X13: in mode hide_until_accepted no page sees an address of the machine', { timeout, skip },
  async (t) => checkHidden(await call(t, 'hide_until_accepted'), ['host', 'relay']));

test('X13: in mode default_public_interface_only no page sees an address of the machine', { timeout, skip },
  async (t) => checkHidden(await call(t, 'default_public_interface_only'), ['relay']));

test('X13: in mode relay_only no page sees an address of the machine', { timeout, skip },
  async (t) => checkHidden(await call(t, 'relay_only'), ['relay']));

test('X13: in mode disable_non_proxied_udp no page sees an address of the machine', { timeout, skip },
  async (t) => checkHidden(await call(t, 'disable_non_proxied_udp', 'tcp'), ['relay']));
