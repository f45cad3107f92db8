// Which libraries are run unmodified, and what is played with each. The first case of a library is the
// one call that npm test makes.
import { startLibp2pRelay, startPeerServer, startRelay, startSignalling } from './servers.js';

let rooms = 0;
const room = () => `portcullis-${process.pid}-${rooms++}`;

// A case: { what, params, halves, only }, played between all kinds of ends or those that only names.
// servers starts what the library meets by; params are added to every case's. endsItself: its programs
// must end without a signal.
export const libraries = [
  {
    name: 'simple-peer',
    module: 'simple_peer',
    cases: [
      { what: 'text, bytes, destroy() ends both' },
      { what: 'without trickle, addresses from statistics', params: { options: { trickle: false } } },
      { what: 'a description with lines taken out', params: { munge: true } },
      { what: 'a negotiated channel', params: { options: { channelConfig: { negotiated: true, id: 3 } } } },
      { what: 'two more negotiations', halves: ['renegotiateA', 'renegotiateB'] },
      { what: '3 MB as a stream', halves: ['streamA', 'streamB'] },
    ],
  },
  {
    name: 'y-webrtc',
    with: ['yjs'],
    module: 'y_webrtc',
    servers: async () => {
      const server = await startSignalling();
      return { params: () => ({ signalling: `ws://127.0.0.1:${server.told}`, room: room() }), close: server.close };
    },
    cases: [{ what: 'two documents become the same' }],
  },
  {
    name: 'peerjs',
    with: ['peer'],
    module: 'peerjs',
    servers: async () => {
      const server = await startPeerServer();
      return { params: () => ({ port: server.told, room: room() }), close: server.close };
    },
    cases: [
      { what: 'binary objects and large bytes', params: { serialization: 'binary' } },
      { what: 'JSON', params: { serialization: 'json' } },
    ],
  },
  {
    name: 'trystero',
    module: 'trystero',
    servers: async () => {
      const server = await startRelay();
      return { params: () => ({ relay: server.url, room: room() }), close: server.close };
    },
    cases: [
      { what: 'two join a room, actions both ways' },
      { what: 'without trickle', params: { trickle: false } },
    ],
  },
  {
    name: '@libp2p/webrtc',
    with: ['libp2p'],
    module: 'libp2p',
    endsItself: true,
    servers: async () => {
      const server = await startLibp2pRelay();
      return { params: () => ({ relay: server.told }), close: server.close };
    },
    cases: [
      { what: 'from a relay to WebRTC, 4 MB there and back' },
      { what: 'streams from both ends at once', halves: ['manyA', 'manyB'] },
    ],
  },
];
