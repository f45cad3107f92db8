// PeerJS with its server: a connects to b's name; serialization is PeerJS's own.
import { bytesOf, check, checkEqual, pattern } from '../../interop/scenarios/call.js';
import { installGlobals } from './globals.js';

const largeBytes = 700_000; /* PeerJS cuts it into chunks */

async function open(env, { port, room }, name) {
  await installGlobals(env);
  const library = await import('peerjs'); /* a module for bundlers, CommonJS for Node */
  const Peer = library.Peer ?? library.default.Peer;
  const peer = new Peer(`${room}-${name}`, { host: '127.0.0.1', port, path: '/', secure: false, debug: 0,
    config: { iceServers: [] } });
  env.state = { pc: { close: () => peer.destroy() } };
  peer.on('error', env.fail);
  await new Promise((done) => peer.on('open', done));
  return peer;
}

const next = (connection) => new Promise((done) => connection.once('data', done));

export async function a(env, params) {
  const peer = await open(env, params, 'a');
  await env.heard('here');
  const connection = peer.connect(`${params.room}-b`, { serialization: params.serialization, metadata: { why: 'a test' } });
  connection.on('error', env.fail);
  await new Promise((done) => connection.on('open', done));
  connection.send({ hello: 'b', list: [1, 2, 3], nothing: null });
  checkEqual(await next(connection), { hello: 'a', list: [3, 2, 1] }, 'answer');
  if (params.serialization === 'binary') {
    connection.send(pattern(largeBytes, 3));
    const back = bytesOf(await next(connection));
    const wanted = pattern(largeBytes, 4);
    check(back.length === wanted.length && back.every((byte, i) => byte === wanted[i]), 'large bytes changed');
  }
  const closed = new Promise((done) => connection.on('close', done));
  connection.close();
  await closed;
  await env.heard('closed');
  peer.destroy();
}

export async function b(env, params) {
  const peer = await open(env, params, 'b');
  const arrived = new Promise((done) => peer.on('connection', done));
  env.tell('here');
  const connection = await arrived;
  connection.on('error', env.fail);
  checkEqual(connection.metadata, { why: 'a test' }, 'metadata');
  checkEqual(await next(connection), { hello: 'b', list: [1, 2, 3], nothing: null }, 'object');
  connection.send({ hello: 'a', list: [3, 2, 1] });
  if (params.serialization === 'binary') {
    const got = bytesOf(await next(connection));
    const wanted = pattern(largeBytes, 3);
    check(got.length === wanted.length && got.every((byte, i) => byte === wanted[i]), 'large bytes changed');
    connection.send(pattern(largeBytes, 4));
  }
  await new Promise((done) => connection.on('close', done));
  env.tell('closed');
  peer.destroy();
}
