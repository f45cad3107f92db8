// A libp2p node that only relays: two others that can reach it meet by it, for as long as the 128 KB
// that it carries for a pair last. Tells the parent its address.
import './libraries/promises.js';
import { circuitRelayServer } from '@libp2p/circuit-relay-v2';
import { identify } from '@libp2p/identify';
import { noise } from '@libp2p/noise';
import { webSockets } from '@libp2p/websockets';
import { yamux } from '@libp2p/yamux';
import { createLibp2p } from 'libp2p';

const waitMs = 60_000; /* its own 10 s are too few for a busy machine */

const node = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
  transports: [webSockets()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: { inboundUpgradeTimeout: waitMs, inboundStreamProtocolNegotiationTimeout: waitMs,
    outboundStreamProtocolNegotiationTimeout: waitMs },
  services: { identify: identify(), relay: circuitRelayServer() },
});
process.send(String(node.getMultiaddrs()[0]));
process.on('disconnect', () => process.exit());
