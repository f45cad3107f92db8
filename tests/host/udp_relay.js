// A person in the middle of two peers, who sees when each packet passes: one UDP socket for each side.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';

const dtlsApplicationData = 23;

export class UdpRelay {
  #near; // the watched peer sends here
  #far; // and is heard from here
  #nearPeer = null;
  #farPeer;
  lastDataAt = 0; // when the watched peer's last packet of data passed
  numData = 0;

  // farPeer: { address, port } of the other side.
  static async start(farPeer) {
    const relay = new UdpRelay();
    relay.#farPeer = farPeer;
    relay.#near = createSocket('udp4');
    relay.#far = createSocket('udp4');
    for (const socket of [relay.#near, relay.#far]) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      socket.on('error', () => {}); // a side that has gone refuses
    }
    relay.#near.on('message', (bytes, from) => relay.#fromNear(bytes, from));
    relay.#far.on('message', (bytes) => {
      if (relay.#nearPeer) relay.#near.send(bytes, relay.#nearPeer.port, relay.#nearPeer.address);
    });
    return relay;
  }

  get port() {
    return this.#near.address().port;
  }

  stop() {
    this.#near.close();
    this.#far.close();
  }

  #fromNear(bytes, from) {
    this.#nearPeer = from;
    if (bytes[0] === dtlsApplicationData) {
      this.lastDataAt = performance.now();
      this.numData += 1;
    }
    this.#far.send(bytes, this.#farPeer.port, this.#farPeer.address);
  }
}
