// trystero: rooms whose peers find each other through a relay (its nostr strategy, a local relay).
import { bytesOf, check, checkEqual, pattern } from '../../interop/scenarios/call.js';
import { installGlobals } from './globals.js';

const largeBytes = 300_000;

async function open(env, { relay, room, trickle = true }) {
  await installGlobals(env);
  const { joinRoom } = await import('trystero/nostr');
  const { RTCPeerConnection } = globalThis;
  const joined = joinRoom({ appId: 'portcullis', password: 'only us', relayConfig: { urls: [relay] },
    rtcConfig: { iceServers: [] }, rtcPolyfill: RTCPeerConnection, trickleIce: trickle }, room);
  env.state = { pc: { close: () => joined.leave() } };
  const other = new Promise((done) => {
    joined.onPeerJoin = done;
  });
  return { joined, other };
}

function inbox(action) {
  const kept = [];
  let waiting = null;
  action.onMessage = (data) => {
    kept.push(data);
    waiting?.();
  };
  return async () => {
    while (kept.length === 0) {
      await new Promise((done) => {
        waiting = done;
      });
    }
    return kept.shift();
  };
}

async function half(env, params, mine, theirs) {
  const { joined, other } = await open(env, params);
  const words = joined.makeAction('words');
  const bytes = joined.makeAction('bytes');
  const nextWords = inbox(words);
  const nextBytes = inbox(bytes);
  const id = await other;
  checkEqual(Object.keys(joined.getPeers()).length, 1, 'peers');
  await words.send({ from: mine }, { target: id });
  checkEqual(await nextWords(), { from: theirs }, 'words');
  await bytes.send(pattern(largeBytes, mine), { target: id });
  const got = bytesOf(await nextBytes());
  const wanted = pattern(largeBytes, theirs);
  check(got.length === wanted.length && got.every((byte, i) => byte === wanted[i]), 'bytes changed');
  env.tell('done');
  await env.heard('done');
  await joined.leave();
}

export const a = (env, params) => half(env, params, 1, 2);
export const b = (env, params) => half(env, params, 2, 1);
