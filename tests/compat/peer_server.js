// Runs PeerJS's own server, which keeps its timers for as long as its process lives.
import { PeerServer } from 'peer';

PeerServer({ host: '127.0.0.1', port: 0, path: '/' }, (server) => process.send(server.address().port));
process.on('disconnect', () => process.exit());
