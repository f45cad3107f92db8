// Many messages of many sizes both ways at once, in order, out of order and unreliably, with
// back-pressure. What is reliable arrives whole and once; what is not arrives whole or not at all.
import { begin, bytesOf, check, checkEqual, meet, pattern, seen, sha256 } from './call.js';

const recipes = (maxRetransmits = 0) => [
  ['ordered', {}],
  ['unordered', { ordered: false }],
  ['unreliable', { ordered: false, maxRetransmits }],
];
const high = 1 << 19;
const low = 1 << 17;
const sizeMax = 16_000;

// message i: its number, then bytes that only it has. Small ones, large ones, each in turn.
function messageOf(i) {
  const bytes = pattern(5 + (i % 7 === 0 ? sizeMax : (i * 2657) % 3000), i + 1);
  new DataView(bytes.buffer).setUint32(0, i);
  return bytes;
}

export async function a(env, { count, maxRetransmits }) {
  return exchange(env, await begin(env, recipes(maxRetransmits)), count);
}

export async function b(env, { count }) {
  return exchange(env, await meet(env, recipes().length), count);
}

async function exchange(env, { pc, channels }, count) {
  const began = performance.now();
  const [ordered, unordered, unreliable] = recipes().map(([label]) => channels.find(({ channel }) => channel.label === label));
  const arrived = new Map();
  unreliable.channel.addEventListener('message', ({ data }) => take(arrived, bytesOf(data)));
  await Promise.all([send(ordered.channel, count), send(unordered.channel, count), send(unreliable.channel, count),
    receive(ordered, count, true), receive(unordered, count, false)]);
  for (const [i, bytes] of arrived) checkWhole(i, bytes);
  env.tell('done');
  await env.heard('done');
  pc.close();
  return { seconds: (performance.now() - began) / 1000, unreliable: arrived.size };
}

// Chromium tells a channel that the other side opened "open" twice, and that it is "connecting" in
// between, when its network thread's news is late; so it may be "connecting" when the first is heard.
async function ready(channel) {
  for (;;) {
    if (channel.readyState === 'connecting') await seen(channel, 'open', { unless: ['close'] });
    else if (channel.bufferedAmount > high) await seen(channel, 'bufferedamountlow', { unless: ['close'] });
    else return;
  }
}

async function send(channel, count) {
  channel.bufferedAmountLowThreshold = low;
  for (let i = 0; i < count; i++) {
    await ready(channel);
    channel.send(messageOf(i));
  }
}

function take(arrived, bytes) {
  const i = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  check(!arrived.has(i), `message ${i} arrived twice`);
  arrived.set(i, bytes.slice());
}

function checkWhole(i, bytes) {
  const wanted = messageOf(i);
  check(bytes.length === wanted.length && bytes.every((byte, at) => byte === wanted[at]), `message ${i} changed`);
}

async function receive(inbox, count, isOrdered) {
  const arrived = new Map();
  while (arrived.size < count) take(arrived, bytesOf(await inbox.next()));
  const order = Array.from({ length: count }, (_, i) => i);
  if (isOrdered) checkEqual([...arrived.keys()], order, 'order of the ordered messages');
  const digest = async (bytesAt) => sha256(new Uint8Array(await new Blob(order.map(bytesAt)).arrayBuffer()));
  checkEqual(await digest((i) => arrived.get(i)), await digest(messageOf), 'SHA-256 of what arrived');
}
