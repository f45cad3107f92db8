// A frame's connection with the broker, vouched for by the trusted process: the page's HELLO, which has
// no token, is replaced by one that has. The token is never in a page.
import { encode } from '../lib/codec.js';
import { Limits } from '../lib/names.js';

const helloOf = (token) => encode('hello', { version: Limits.protocolVersion, token });
const pageHello = helloOf(new Uint8Array(0));

// vouch gives the socket (a BrokerSocket) that a bridge is to use. token: 64 hexadecimal digits. A page
// that begins with anything but HELLO is cut off.
export function vouch(socket, token) {
  const hello = helloOf(Uint8Array.from(Buffer.from(token, 'hex')));
  let heard = 0; // bytes of the page's HELLO

  function begin(bytes, done) {
    const length = Math.min(bytes.length, pageHello.length - heard);
    const isHello = bytes.subarray(0, length).every((byte, at) => byte === pageHello[heard + at]);
    heard += length;
    if (!isHello) {
      socket.close();
      return;
    }
    const rest = bytes.subarray(length);
    if (heard < pageHello.length) {
      done();
      return;
    }
    // HELLO is a frame of its own, and what is behind it another.
    socket.send(hello, rest.length > 0 ? () => {} : done);
    if (rest.length > 0) socket.send(rest, done);
  }

  return {
    open: (handlers) => socket.open(handlers),
    send: (bytes, done) => (heard < pageHello.length ? begin(bytes, done) : socket.send(bytes, done)),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.close(),
  };
}
