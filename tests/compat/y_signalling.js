// Runs y-webrtc's signalling server as it is and tells the parent which port it was given: the server
// itself names only the one it asked for.
import { createRequire } from 'node:module';
import { Server } from 'node:net';

const { listen } = Server.prototype;
Server.prototype.listen = function listenAndTell(port) {
  return listen.call(this, Number(port), '127.0.0.1', () => process.send(this.address().port));
};
process.env.PORT = '0';
process.on('disconnect', () => process.exit());

const main = createRequire(import.meta.url).resolve('y-webrtc');
await import(new URL('../bin/server.js', `file://${main}`));
