// Many megabytes in one direction with back-pressure by bufferedamountlow alone; both ends hash.
// stale: the sender's bufferedAmount moves on while its events wait, so that one may come late.
import { begin, meet, bytesOf, check, checkEqual, pattern, seen, sha256 } from './call.js';

const chunk = 65536 - 1024; /* below werift's maximum, and not a divisor of the total */
const low = 1 << 20;
const high = 4 << 20;

const recipe = [['bulk', {}]];

export async function a(env, params) {
  const { pc, channels: [inbox] } = await begin(env, recipe, params);
  return half(env, pc, inbox, params, params.sender === 'a');
}

export async function b(env, params) {
  const { pc, channels: [inbox] } = await meet(env, 1);
  return half(env, pc, inbox, params, params.sender === 'b');
}

async function half(env, pc, inbox, { bytes, stale = false }, sending) {
  const began = performance.now();
  const result = sending ? await send(env, inbox.channel, bytes, stale) : await receive(env, inbox, bytes);
  const megabytesPerSecond = bytes / 1000 / (performance.now() - began);
  env.tell('done');
  await env.heard('done');
  pc.close();
  return { ...result, megabytesPerSecond };
}

async function send(env, channel, bytes, stale) {
  const data = pattern(bytes, 1234567);
  channel.bufferedAmountLowThreshold = low;
  let waits = 0;
  let most = 0;
  for (let at = 0; at < bytes; at += chunk) {
    channel.send(data.subarray(at, Math.min(at + chunk, bytes)));
    most = Math.max(most, channel.bufferedAmount);
    if (channel.bufferedAmount > high) {
      waits++;
      do {
        await seen(channel, 'bufferedamountlow', { unless: ['close'] });
      } while (stale && channel.bufferedAmount > low);
      check(channel.bufferedAmount <= low, `bufferedamountlow at ${channel.bufferedAmount} bytes`);
    }
  }
  checkEqual(await env.heard('digest'), await sha256(data), 'SHA-256 of what arrived');
  checkEqual(channel.bufferedAmount, 0, 'bytes still buffered after all arrived');
  check(waits > 0, 'back-pressure never showed: everything was taken at once');
  check(most <= high + chunk, `${most} bytes were buffered`);
  return { waits, most };
}

async function receive(env, inbox, bytes) {
  const data = new Uint8Array(bytes);
  let at = 0;
  while (at < bytes) {
    const part = bytesOf(await inbox.next());
    data.set(part, at);
    at += part.length;
  }
  checkEqual(at, bytes, 'bytes that arrived');
  env.tell('digest', await sha256(data));
  return {};
}
