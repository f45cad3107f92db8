// UDP sockets of this machine that never agreed to anything: they answer nothing and count what comes.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const victimsMax = 16;
const idsMax = 1000;
const stunHeaderBytes = 20;

export class Victims {
  #all = [];

  async add() {
    if (this.#all.length === victimsMax) this.#all.shift().socket.close();
    const socket = createSocket('udp4');
    const victim = { socket, packets: 0, bytes: 0, checks: 0, others: 0, ids: [] };
    socket.on('message', (bytes) => count(victim, bytes));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    this.#all.push(victim);
    return socket.address().port;
  }

  // closedPort is one at which nobody is.
  async closedPort() {
    const port = await this.add();
    const { socket } = this.#all.pop();
    socket.close();
    return port;
  }

  seen(port) {
    const victim = this.#all.find(({ socket }) => socket.address().port === port);
    if (!victim) return null;
    const { packets, bytes, checks, others, ids } = victim;
    return { packets, bytes, checks, others, ids };
  }

  close() {
    for (const { socket } of this.#all.splice(0)) socket.close();
  }
}

// RFC 8489 5: two zero bits, and the cookie; the transaction ID is the 12 bytes behind it.
function count(victim, bytes) {
  const isStun = bytes.length >= stunHeaderBytes && bytes[0] < 4 && bytes.readUInt32BE(4) === 0x2112a442;
  victim.packets += 1;
  victim.bytes += bytes.length;
  victim[isStun ? 'checks' : 'others'] += 1;
  if (isStun && victim.ids.length < idsMax) victim.ids.push(bytes.subarray(8, stunHeaderBytes).toString('hex'));
}
