// Text, binary, empty and large messages keep their kind, their bytes and their order both ways:
// b sends back whatever it gets, a compares.
import { begin, meet, bytesOf, check, checkEqual, pattern } from './call.js';

// largest: the other implementation's max-message-size. empty: false when it cannot send them.
function messages({ largest = 262144, empty = true }) {
  const wide = pattern(4096, 7);
  const list = ['plain text', 'ünïcode €😀', '', new Uint8Array(0), new Uint8Array([0]), 'after the empty ones',
    wide.subarray(100, 1337), 'x'.repeat(16384), pattern(16385, 3), pattern(65535, 5),
    pattern(largest, 11), 'last'];
  return empty ? list : list.filter((message) => message.length > 0);
}

export async function a(env, params) {
  const { pc, channels: [channel] } = await begin(env, [['messages', {}]]);
  const sent = messages(params);
  for (const message of sent) {
    channel.send(message);
    compare(await channel.next(), message);
  }
  for (const message of sent) channel.send(message);
  for (const message of sent) compare(await channel.next(), message);
  env.tell('done');
  await env.heard('done');
  pc.close();
}

function compare(found, wanted) {
  checkEqual(typeof found, typeof wanted, 'kind of message');
  if (typeof wanted === 'string') return checkEqual(found, wanted, 'text');
  const bytes = bytesOf(found);
  checkEqual(bytes.length, wanted.length, 'length of a binary message');
  check(bytes.every((byte, i) => byte === wanted[i]), `${wanted.length} binary bytes changed on the way`);
}

export async function b(env, params) {
  const { pc, channels: [channel] } = await meet(env, 1);
  const count = messages(params).length * 2;
  for (let i = 0; i < count; i++) channel.send(await channel.next());
  env.tell('done');
  await env.heard('done');
  pc.close();
}
