// One short call that shows what a call is: its pair, its security, its bytes. Both halves leave it
// open, so that a test can look at what the page then holds; bye ends it.
import { begin, meet, bytesOf, check, checkEqual, pattern } from './call.js';

const messages = 64;
const messageBytes = 16384;

export async function a(env) {
  const began = performance.now();
  const { pc, channels: [inbox] } = await begin(env, [['proof', {}]]);
  const openMs = performance.now() - began;
  await exchange(inbox);
  return { openMs, ...(await describe(pc)) };
}

export async function b(env) {
  const { pc, channels: [inbox] } = await meet(env, 1);
  await exchange(inbox);
  return describe(pc);
}

export async function bye(env) {
  env.state.pc.close();
}

async function exchange(inbox) {
  await inbox.opened();
  const sent = pattern(messageBytes, 99);
  for (let i = 0; i < messages; i++) inbox.send(sent);
  for (let i = 0; i < messages; i++) {
    const got = bytesOf(await inbox.next());
    check(got.every((byte, at) => byte === sent[at]), 'bytes changed on the way');
  }
  inbox.send('done');
  checkEqual(await inbox.next(), 'done', 'the last message');
}

// describe reads a call from its statistics, as any page may.
async function describe(pc) {
  const stats = [...(await pc.getStats()).values()];
  const byId = (id) => stats.find((entry) => entry.id === id) ?? {};
  const transport = stats.find(({ type }) => type === 'transport');
  const pair = byId(transport.selectedCandidatePairId);
  const channel = stats.find(({ type }) => type === 'data-channel');
  return {
    local: place(byId(pair.localCandidateId)),
    remote: place(byId(pair.remoteCandidateId)),
    tlsVersion: transport.tlsVersion,
    cipher: transport.dtlsCipher,
    localFingerprint: byId(transport.localCertificateId).fingerprint,
    remoteFingerprint: byId(transport.remoteCertificateId).fingerprint,
    bytesSent: channel.bytesSent,
    bytesReceived: channel.bytesReceived,
  };
}

function place({ candidateType, address, port, protocol }) {
  if (!address) return `${candidateType} ${protocol} (hidden)`;
  return `${candidateType} ${protocol} ${address.includes(':') ? `[${address}]` : address}:${port}`;
}
