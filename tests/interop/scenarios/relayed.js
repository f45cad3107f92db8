// A call, left open, of which half a keeps everything that its page was told: each event with its members, the
// descriptions, the states and the statistics. Then data both ways, whose hashes are compared.
import { Arrivals, Inbox, answer, bytesOf, checkEqual, connection, offer, pattern, sha256 } from './call.js';

const bytesToSend = 1_000_000;
const chunk = 16_000;
const told = ['icecandidate', 'icecandidateerror', 'icegatheringstatechange', 'iceconnectionstatechange',
  'connectionstatechange', 'signalingstatechange', 'datachannel', 'negotiationneeded'];

export async function a(env, { configuration }) {
  const link = connection(env, configuration.a);
  const view = [];
  for (const type of told) link.pc.addEventListener(type, (event) => view.push([type, membersOf(event)]));
  const inbox = new Inbox(link.pc.createDataChannel('relayed'));
  await offer(env, link);
  await inbox.opened();
  await exchange(env, inbox);
  const { iceTransport } = link.pc.sctp.transport;
  const pair = iceTransport.getSelectedCandidatePair();
  view.push(['pair', membersOf(pair)], ['transport', membersOf(iceTransport)],
    ['local candidates', iceTransport.getLocalCandidates().map((each) => membersOf(each))],
    ['remote candidates', iceTransport.getRemoteCandidates().map((each) => membersOf(each))],
    ['configuration', link.pc.getConfiguration()],
    ['stats', [...await link.pc.getStats()]]);
  const descriptions = [link.pc.localDescription.sdp, link.pc.remoteDescription.sdp];
  const candidates = view.filter(([type, { candidate }]) => type === 'icecandidate' && candidate?.candidate)
    .map(([, { candidate }]) => candidate);
  return { view: JSON.stringify(view), descriptions, candidates, types: [pair.local.type, pair.remote.type] };
}

export async function b(env, { configuration }) {
  const link = connection(env, configuration.b);
  const arrivals = new Arrivals(link.pc);
  await answer(env, link);
  const inbox = await arrivals.next();
  await exchange(env, inbox);
}

// Both send the same bytes at once and tell the hash of what came.
async function exchange(env, inbox) {
  const data = pattern(bytesToSend, 99);
  for (let at = 0; at < data.length; at += chunk) inbox.send(data.subarray(at, at + chunk));
  const arrived = new Uint8Array(bytesToSend);
  for (let at = 0; at < bytesToSend;) {
    const part = bytesOf(await inbox.next());
    arrived.set(part, at);
    at += part.length;
  }
  env.tell('digest', await sha256(arrived));
  checkEqual(await env.heard('digest'), await sha256(data), 'SHA-256 of what arrived');
}

// membersOf: every member of a platform object that has a plain value, and one level of its objects.
function membersOf(value, depth = 2) {
  if (value === null || typeof value !== 'object') return value;
  const found = {};
  for (let at = value; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      const member = get || Object.hasOwn(value, name) ? value[name] : undefined;
      if (['string', 'number', 'boolean'].includes(typeof member)) found[name] = member;
      else if (depth > 0 && member && typeof member === 'object' && member !== globalThis) {
        found[name] = membersOf(member, depth - 1);
      }
    }
  }
  return found;
}
