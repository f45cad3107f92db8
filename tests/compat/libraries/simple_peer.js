// simple-peer: a duplex stream over a data channel that it negotiates itself. a initiates.
import { check, checkEqual, pattern } from '../../interop/scenarios/call.js';
import { installGlobals } from './globals.js';

const streamBytes = 3e6;
const chunkBytes = 16384;

async function open(env, { options = {}, munge = false }, initiator) {
  await installGlobals(env);
  const { default: SimplePeer } = await import('simple-peer');
  const sdpTransform = munge ? withoutOptions : undefined;
  const peer = new SimplePeer({ initiator, config: { iceServers: [] }, ...options,
    ...(sdpTransform && { sdpTransform }) });
  const closed = new Promise((done) => peer.on('close', done));
  let over = false;
  /* An end whose other side closed the connection fires "error" before "close", as it does in browsers. */
  peer.on('error', (error) => over || env.fail(error));
  let signals = 0;
  peer.on('signal', (signal) => {
    signals++;
    env.tell('signal', signal);
  });
  const connected = new Promise((done) => peer.on('connect', done));
  env.state = { pc: { close: () => peer.destroy() } };
  env.on('signal', (signal) => peer.destroyed || peer.signal(signal));
  await connected;
  const lastSent = () => {
    over = true;
    return closed;
  };
  return { peer, closed, lastSent, signals: () => signals };
}

const withoutOptions = (sdp) => sdp.replace(/a=ice-options:.*\r\n/g, '').replace(/a=extmap-allow-mixed\r\n/g, '');

const nextData = (peer) => new Promise((done) => peer.once('data', done));

// Both ways text and bytes, the addresses that it reads from statistics, and one end's destroy()
// that ends the other too.
export async function a(env, params) {
  const { peer, closed, signals } = await open(env, params, true);
  /* With trickle it may look before this side was told of the other's address. */
  if (params.options?.trickle === false) {
    check(peer.remoteAddress && peer.remotePort, 'simple-peer found no remote address in the statistics');
  }
  peer.send('to b');
  checkEqual(new TextDecoder().decode(await nextData(peer)), 'back to a', 'text');
  peer.send(new Uint8Array([0, 1, 2, 255]));
  checkEqual([...await nextData(peer)], [255, 2, 1, 0], 'bytes');
  if (params.options?.trickle === false) checkEqual(signals(), 1, 'signals without trickle');
  peer.destroy();
  await closed;
}

export async function b(env, params) {
  const { peer, lastSent } = await open(env, params, false);
  checkEqual(new TextDecoder().decode(await nextData(peer)), 'to b', 'text');
  peer.send('back to a');
  peer.send(new Uint8Array(await nextData(peer)).reverse());
  await lastSent();
}

// A second and third negotiation in an open call, asked for by either side.
export async function renegotiateA(env, params) {
  const { peer, closed } = await open(env, params, true);
  await negotiated(peer);
  peer.send('first');
  await Promise.all([again(peer), nextData(peer)]);
  peer.destroy();
  await closed;
}

export async function renegotiateB(env, params) {
  const { peer, lastSent } = await open(env, params, false);
  await nextData(peer);
  await negotiated(peer);
  peer.send('second');
  await lastSent();
}

const again = (peer) => new Promise((done) => peer.once('negotiated', done));

function negotiated(peer) {
  const done = again(peer);
  peer.negotiate();
  return done;
}

// Megabytes written as to any stream: back-pressure is simple-peer's own, by bufferedamountlow.
export async function streamA(env, params) {
  const { peer, closed } = await open(env, params, true);
  const data = pattern(streamBytes, 7);
  for (let at = 0; at < data.length; at += chunkBytes) {
    if (!peer.write(data.slice(at, at + chunkBytes))) await new Promise((done) => peer.once('drain', done));
  }
  checkEqual(new TextDecoder().decode(await nextData(peer)), 'all', 'answer');
  peer.destroy();
  await closed;
}

export async function streamB(env, params) {
  const { peer, lastSent } = await open(env, params, false);
  const wanted = pattern(streamBytes, 7);
  let at = 0;
  await new Promise((done, failed) => {
    peer.on('data', (part) => {
      if (!part.every((byte, i) => byte === wanted[at + i])) failed(new Error(`bytes changed after ${at}`));
      at += part.length;
      if (at === wanted.length) done();
    });
  });
  peer.send('all');
  await lastSent();
}
