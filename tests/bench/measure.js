// What the benchmark plays in both ends, whatever their implementation: W3C WebRTC and a clock.
import { begin, meet, bytesOf, pattern, seen } from '../interop/scenarios/call.js';

const low = 1 << 20;
const high = 4 << 20;
const recipe = [['bench', {}]];

// open: one call from nothing to an open channel, in milliseconds, its signalling included.
export async function openA(env) {
  env.state.pc?.close();
  const began = performance.now();
  const { channels: [inbox] } = await begin(env, recipe);
  const openMs = performance.now() - began;
  env.state.inbox = inbox;
  return openMs;
}

export async function openB(env) {
  env.state.pc?.close();
  const { channels: [inbox] } = await meet(env, 1);
  env.state.inbox = await inbox.opened();
}

// roundTrip: one small message at a time; the median in microseconds.
export async function roundTripA(env, { count }) {
  const { inbox } = env.state;
  const message = pattern(64, 1);
  const times = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    inbox.send(message);
    await inbox.next();
    times.push((performance.now() - began) * 1000);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}

export async function roundTripB(env, { count }) {
  const { inbox } = env.state;
  for (let i = 0; i < count; i++) inbox.send(bytesOf(await inbox.next()));
}

// goodput: bytes in messages of one size with back-pressure, in MB/s, from the first send to the
// other side's word that all have come.
export async function goodputA(env, { bytes, size }) {
  const { inbox, inbox: { channel } } = env.state;
  const message = pattern(size, 2);
  channel.bufferedAmountLowThreshold = low;
  await env.heard('counting');
  const began = performance.now();
  for (let sent = 0; sent < bytes; sent += size) {
    channel.send(message);
    if (channel.bufferedAmount > high) await seen(channel, 'bufferedamountlow', { unless: ['close'] });
  }
  await inbox.next();
  return bytes / 1000 / (performance.now() - began);
}

export async function goodputB(env, { bytes }) {
  const { channel } = env.state.inbox;
  const all = new Promise((done) => {
    let got = 0;
    channel.addEventListener('message', function count({ data }) {
      got += data.byteLength ?? data.length;
      if (got < bytes) return;
      channel.removeEventListener('message', count);
      done();
    });
  });
  env.tell('counting');
  await all;
  env.state.inbox.forget();
  channel.send('all');
}
