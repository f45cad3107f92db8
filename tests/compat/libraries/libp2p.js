// libp2p over @libp2p/webrtc: two nodes that reach each other only by a relay open a WebRTC connection
// of their own, and each of their streams is a data channel in it. a dials.
import './promises.js';
import { check, checkEqual, pattern, sha256 } from '../../interop/scenarios/call.js';
import { installGlobals, isPage } from './globals.js';

const protocol = '/portcullis/echo/1.0.0';
const bulkBytes = 4e6; /* the relay would end a connection after 128 KB */
const chunkBytes = 100_000;
const numStreams = 20;

const waitMs = 60_000; /* as long as the case may take: its own 1 to 10 s are too few for a busy machine */
const patience = { dialTimeout: waitMs, addressDialTimeout: waitMs, connectionCloseTimeout: waitMs,
  inboundUpgradeTimeout: waitMs, inboundStreamProtocolNegotiationTimeout: waitMs,
  outboundStreamProtocolNegotiationTimeout: waitMs };

// open: mayEnter is waited for before an incoming WebRTC connection is used.
async function open(env, listen, mayEnter) {
  await installGlobals(env);
  if (!isPage) (await import('node:module')).register('./browser_map.js', import.meta.url);
  const [{ createLibp2p }, { circuitRelayTransport }, { webRTC }, { webSockets }, { identify }, { noise }, { yamux }] =
    await Promise.all([import('libp2p'), import('@libp2p/circuit-relay-v2'), import('@libp2p/webrtc'),
      import('@libp2p/websockets'), import('@libp2p/identify'), import('@libp2p/noise'), import('@libp2p/yamux')]);
  const node = await createLibp2p({
    addresses: { listen },
    transports: [webSockets(), circuitRelayTransport({ reservationCompletionTimeout: waitMs }),
      webRTC({ rtcConfiguration: { iceServers: [] } })],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: patience,
    connectionGater: {
      denyDialMultiaddr: () => false, /* in pages it refuses loopback */
      denyInboundConnection: async ({ remoteAddr }) => {
        if (String(remoteAddr).startsWith('/webrtc/')) await mayEnter;
        return false;
      },
    },
    services: { identify: identify() },
  });
  env.state = { pc: { close: () => node.stop() } };
  await node.handle(protocol, (stream) => echo(stream).catch(env.fail));
  return node;
}

// dial resolves with the connection to the other half, once that one can be reached.
async function dial(env) {
  const node = await open(env, []);
  const { multiaddr } = await import('@multiformats/multiaddr');
  const address = await env.heard('address');
  const connection = await node.dial(multiaddr(address));
  checkDirect(connection);
  env.tell('dialled');
  await env.heard('accepted');
  return { node, connection };
}

// accept resolves with the same connection, seen from the half that listens at the relay. It goes on
// once the other has it: the library closes the first channel as soon as it accepts, and a dialling end
// that still awaits addIceCandidate() then waits for good for that channel's "open", which has been.
async function accept(env, { relay }) {
  const node = await open(env, [`${relay}/p2p-circuit`, '/webrtc'], env.heard('dialled'));
  const opened = new Promise((done) => {
    node.addEventListener('connection:open', ({ detail }) => detail.multiplexer === '/webrtc' && done(detail));
  });
  env.tell('address', await webrtcAddress(node));
  const connection = await opened;
  checkDirect(connection);
  env.tell('accepted');
  return { node, connection };
}

// webrtcAddress resolves once the relay lets the node be reached by it.
function webrtcAddress(node) {
  return new Promise((done) => {
    const look = () => {
      const address = node.getMultiaddrs().map(String).find((each) => each.includes('/p2p-circuit/webrtc/'));
      if (!address) return;
      node.removeEventListener('self:peer:update', look);
      done(address);
    };
    node.addEventListener('self:peer:update', look);
    look();
  });
}

function checkDirect({ remoteAddr, multiplexer, limits }) {
  check(/\/webrtc\/p2p\/[^/]+$/.test(String(remoteAddr)), `connected to ${remoteAddr}`);
  checkEqual(multiplexer, '/webrtc', 'streams');
  checkEqual(limits ?? null, null, 'limits, which a relayed connection has');
}

async function echo(stream) {
  for await (const data of stream) {
    if (!stream.send(data)) await stream.onDrain();
  }
  await stream.close();
}

// exchange sends bytes over a stream of its own and compares what came back.
async function exchange(connection, bytes) {
  const stream = await connection.newStream(protocol);
  const back = collect(stream);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    if (!stream.send(bytes.subarray(at, at + chunkBytes))) await stream.onDrain();
  }
  await stream.close();
  const got = await back;
  checkEqual(got.length, bytes.length, 'bytes that came back');
  checkEqual(await sha256(got), await sha256(bytes), 'their hash');
}

async function collect(stream) {
  const parts = [];
  for await (const data of stream) parts.push(data.subarray());
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

const closed = (connection) => new Promise((done) => connection.addEventListener('close', done));

// Megabytes out and back; a's hanging up ends the connection for b too.
export async function a(env) {
  const { node, connection } = await dial(env);
  await exchange(connection, pattern(bulkBytes, 9));
  await connection.close();
  await env.heard('closed');
  await node.stop();
}

export async function b(env, params) {
  const { node, connection } = await accept(env, params);
  await closed(connection);
  env.tell('closed');
  await node.stop();
}

// Streams that both ends open at once, each closed by itself.
async function many({ node, connection }, env, seed) {
  const sizes = Array.from({ length: numStreams }, (_, i) => (i + 1) * 10_000);
  await Promise.all(sizes.map((size, i) => exchange(connection, pattern(size, seed + i))));
  env.tell('done');
  await env.heard('done');
  await node.stop();
}

export const manyA = async (env) => many(await dial(env), env, 100);
export const manyB = async (env, params) => many(await accept(env, params), env, 200);
