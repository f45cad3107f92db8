// One call of the network: how long it took to open, by which pair of candidates, and whether data
// arrived whole both ways.
import {
  Arrivals, Inbox, answer, bytesOf, checkEqual, connection, offer, pattern, sha256,
} from '../interop/scenarios/call.js';

const bytesToSend = 200_000;
const chunk = 20_000;

export async function a(env, { configuration }) {
  const began = performance.now();
  const link = connection(env, configuration);
  const inbox = new Inbox(link.pc.createDataChannel('network'));
  await offer(env, link);
  await inbox.opened();
  const ms = performance.now() - began;
  return { ms, ...await use(env, link, inbox) };
}

export async function b(env, { configuration }) {
  const link = connection(env, configuration);
  const arrivals = new Arrivals(link.pc);
  await answer(env, link);
  return use(env, link, await arrivals.next());
}

async function use(env, { pc }, inbox) {
  const data = pattern(bytesToSend, 4711);
  for (let at = 0; at < bytesToSend; at += chunk) inbox.send(data.subarray(at, at + chunk));
  const arrived = new Uint8Array(bytesToSend);
  for (let at = 0; at < bytesToSend;) {
    const part = bytesOf(await inbox.next());
    arrived.set(part, at);
    at += part.length;
  }
  checkEqual(await sha256(arrived), await sha256(data), 'SHA-256 of what arrived');
  const [local, remote] = await nominated(pc);
  env.tell('over');
  await env.heard('over');
  pc.close();
  return { types: [local.candidateType, remote.candidateType], protocol: local.relayProtocol ?? local.protocol };
}

// nominated resolves with the candidates of the pair that is there to stay.
async function nominated(pc) {
  for (;;) {
    const stats = await pc.getStats();
    const transport = [...stats.values()].find(({ type }) => type === 'transport');
    const pair = stats.get(transport?.selectedCandidatePairId);
    if (pair?.nominated) return [stats.get(pair.localCandidateId), stats.get(pair.remoteCandidateId)];
  }
}
