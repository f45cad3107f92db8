// A TCP relay before a listening ICE port that keeps what the connecting side wrote, so that a test can tell whose fault
// the end of a connection was: node-datachannel 0.33 (libjuice 1.7) now and then writes a frame's length twice, when
// its polling thread goes on with a frame that another thread is still writing.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const lengthBytes = 2; // RFC 4571 section 2
const stunCookie = 0x2112a442;
const stunHeaderBytes = 20;
const dtlsMajorVersion = 254;

const isStun = (datagram) => datagram.length >= stunHeaderBytes && datagram.readUInt32BE(4) === stunCookie &&
  datagram.readUInt16BE(2) + stunHeaderBytes === datagram.length;
const isDtls = (datagram) => datagram[0] >= 20 && datagram[0] <= 63 && datagram[1] === dtlsMajorVersion;

// isWellFramed says whether every whole frame of a byte stream holds one STUN message or DTLS records.
export function isWellFramed(bytes) {
  for (let at = 0; at + lengthBytes <= bytes.length;) {
    const end = at + lengthBytes + bytes.readUInt16BE(at);
    if (end > bytes.length) return true;
    const datagram = bytes.subarray(at + lengthBytes, end);
    if (!isStun(datagram) && !isDtls(datagram)) return false;
    at = end;
  }
  return true;
}

// startFramedRelay resolves with { port, broken, ended, close() }: broken resolves when the connecting side has written a
// frame that is none, ended when the side at port `to` has ended the connection.
export async function startFramedRelay(to) {
  let written = Buffer.alloc(0);
  let tellBroken;
  let tellEnded;
  const broken = new Promise((done) => { tellBroken = done; });
  const ended = new Promise((done) => { tellEnded = done; });
  const sockets = [];
  const server = createServer((incoming) => {
    const outgoing = connect(to, '127.0.0.1');
    sockets.push(incoming, outgoing);
    for (const socket of [incoming, outgoing]) socket.setNoDelay(true).on('error', () => {});
    incoming.on('data', (chunk) => {
      written = Buffer.concat([written, chunk]);
      if (!isWellFramed(written)) tellBroken();
    });
    incoming.pipe(outgoing).pipe(incoming);
    outgoing.on('close', tellEnded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    broken,
    ended,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
