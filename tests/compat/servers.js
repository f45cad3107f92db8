// The signalling servers that the libraries meet by, each on a free loopback port.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';

const host = '127.0.0.1';

// startProgram starts a server that is a program of its own and tells first the port it was given, or
// its whole address. Such a server ends only by a signal.
async function startProgram(file) {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const [told] = await Promise.race([once(child, 'message'), ended.then(([code]) => {
    throw new Error(`${file} ended with ${code}`);
  })]);
  const close = async () => {
    child.kill();
    await ended;
  };
  return { told, close };
}

// startPeerServer starts PeerJS's own server, startSignalling y-webrtc's, startLibp2pRelay libp2p's.
export const startPeerServer = () => startProgram('peer_server.js');
export const startSignalling = () => startProgram('y_signalling.js');
export const startLibp2pRelay = () => startProgram('libp2p_relay.js');

// startRelay is the least of a nostr relay: it keeps nothing and gives each event to the open
// subscriptions whose filters name its kind and its topic.
export async function startRelay() {
  const server = new WebSocketServer({ host, port: 0 });
  await once(server, 'listening');
  const subscriptions = new Map(); /* of each socket, a map of its filters by their id */
  server.on('connection', (socket) => {
    const own = new Map();
    subscriptions.set(socket, own);
    const say = (...message) => socket.send(JSON.stringify(message));
    socket.on('close', () => subscriptions.delete(socket));
    socket.on('message', (data) => {
      const [type, ...rest] = JSON.parse(data);
      if (type === 'EVENT') {
        say('OK', rest[0].id, true, '');
        publish(subscriptions, rest[0]);
      } else if (type === 'REQ') {
        own.set(rest[0], rest.slice(1));
        say('EOSE', rest[0]);
      } else if (type === 'CLOSE') {
        own.delete(rest[0]);
      }
    });
  });
  const close = async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((done) => server.close(done));
  };
  return { url: `ws://${host}:${server.address().port}`, close };
}

function publish(subscriptions, event) {
  const topics = event.tags.filter(([name]) => name === 'x').map(([, value]) => value);
  const fits = ({ kinds, '#x': wanted = topics }) => kinds.includes(event.kind) && topics.some((each) => wanted.includes(each));
  for (const [socket, own] of subscriptions) {
    for (const [id, filters] of own) {
      if (filters.some(fits)) socket.send(JSON.stringify(['EVENT', id, event]));
    }
  }
}
