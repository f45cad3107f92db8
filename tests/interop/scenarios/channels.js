// Every kind of channel arrives with the properties it was made with and carries its messages:
// ordered ones in order, the others whole on a path without loss.
import { begin, meet, Inbox, checkEqual, connection, offer, answer, Arrivals, check } from './call.js';

const count = 100;
const kinds = [
  ['ordered', {}],
  ['unordered', { ordered: false }],
  ['retransmits', { maxRetransmits: 3 }],
  ['no retransmits, unordered', { maxRetransmits: 0, ordered: false }],
  ['life time', { maxPacketLifeTime: 500 }],
  ['life time, unordered', { maxPacketLifeTime: 500, ordered: false }],
  ['protocol', { protocol: 'portcullis.test' }],
  ['lábel ☂', {}],
];

function kindsOf(ascii) {
  return kinds.map(([label, init]) => [ascii ? label.replace(/[^ -~]/g, '?') : label, init]);
}

function properties(channel) {
  const { id, label, ordered, maxRetransmits, maxPacketLifeTime, protocol, negotiated } = channel;
  return { id, label, ordered, maxRetransmits: maxRetransmits ?? null, maxPacketLifeTime: maxPacketLifeTime ?? null,
    protocol, negotiated };
}

// skip: properties that the other implementation is known to report wrongly. ascii: it cannot read
// other labels.
export async function a(env, { skip = [], ascii = false, patient = false }) {
  const { pc, channels } = await begin(env, kindsOf(ascii), { patient });
  for (const inbox of channels) {
    for (let i = 0; i < count; i++) inbox.send(String(i));
    const report = JSON.parse(await inbox.next());
    const wanted = properties(inbox.channel);
    for (const name of skip) report.properties[name] = wanted[name];
    checkEqual(report.properties, wanted, 'properties at the other side');
    checkEqual(report.messages, Array.from({ length: count }, (_, i) => i), `"${inbox.channel.label}"`);
  }
  env.tell('done');
  await env.heard('done');
  pc.close();
}

export async function b(env) {
  const { pc, channels } = await meet(env, kinds.length);
  await Promise.all(channels.map(report));
  env.tell('done');
  await env.heard('done');
  pc.close();
}

async function report(inbox) {
  const messages = [];
  while (messages.length < count) messages.push(Number(await inbox.next()));
  if (!inbox.channel.ordered) messages.sort((one, other) => one - other);
  inbox.send(JSON.stringify({ properties: properties(inbox.channel), messages }));
}

// Negotiated channels open without a word on the wire and meet by id alone.
const ids = [2, 7, 500];

export async function negotiatedA(env) {
  const { pc, channels } = await begin(env, ids.map((id) => [`a${id}`, { negotiated: true, id }]));
  for (const inbox of channels) {
    inbox.send(`to ${inbox.channel.id}`);
    checkEqual(await inbox.next(), `back on ${inbox.channel.id}`, 'answer on a negotiated channel');
  }
  env.tell('done');
  await env.heard('done');
  pc.close();
}

export async function negotiatedB(env) {
  const link = connection(env);
  const inboxes = ids.map((id) => new Inbox(link.pc.createDataChannel(`b${id}`, { negotiated: true, id })));
  await answer(env, link);
  for (const inbox of inboxes) {
    checkEqual(await inbox.next(), `to ${inbox.channel.id}`, 'message on a negotiated channel');
    await inbox.opened();
    inbox.send(`back on ${inbox.channel.id}`);
  }
  env.tell('done');
  await env.heard('done');
  link.pc.close();
}

// Fifty channels: half before the call is up, half after; ids are distinct and of one parity.
const many = 50;

export async function manyA(env, { skip = [] }) {
  const link = connection(env);
  const make = (_, i) => new Inbox(link.pc.createDataChannel(`channel ${i}`));
  const early = Array.from({ length: many / 2 }, make);
  await offer(env, link);
  await Promise.all(early.map((inbox) => inbox.opened()));
  const late = Array.from({ length: many / 2 }, (_, i) => make(_, i + many / 2));
  const all = [...early, ...late];
  await Promise.all(all.map(async (inbox) => {
    await inbox.opened();
    inbox.send(`hello ${inbox.channel.label}`);
    checkEqual(await inbox.next(), `hello ${inbox.channel.label}`, 'echo');
  }));
  const used = all.map((inbox) => inbox.channel.id);
  if (!skip.includes('id')) {
    checkEqual(new Set(used).size, many, 'distinct ids');
    checkEqual(new Set(used.map((id) => id % 2)).size, 1, 'parities in use');
  }
  env.tell('done');
  await env.heard('done');
  link.pc.close();
}

export async function manyB(env) {
  const link = connection(env);
  const arrivals = new Arrivals(link.pc);
  await answer(env, link);
  const inboxes = await arrivals.take(many);
  await Promise.all(inboxes.map(async (inbox) => {
    const message = await inbox.next();
    check(message === `hello ${inbox.channel.label}`, `"${message}" came on "${inbox.channel.label}"`);
    inbox.send(message);
  }));
  env.tell('done');
  await env.heard('done');
  link.pc.close();
}
