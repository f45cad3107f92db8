// A bad path between two real peers, by a relay of UDP sockets and by signalling that tells its
// addresses instead of theirs: nothing they send each other goes around it. Loss, duplicates, delay,
// jitter (and so reordering) and a rate with a short queue, each decision from one seed.
import { createSocket } from 'node:dgram';

const candidateLine = /candidate:\S+ \d+ (\S+) \d+ (\S+) (\d+) typ (\S+)/i;

// Numbers from 0 to 1 (mulberry32).
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function open(address) {
  const socket = createSocket('udp4');
  socket.on('error', () => {}); // a peer that went
  await new Promise((done) => socket.bind(0, address, done));
  return socket;
}

// One direction of the path.
class Lane {
  #what;
  #chance;
  #freeAt = 0;

  constructor(path, what, seed) {
    this.path = path;
    this.#what = what;
    this.#chance = seeded(seed);
  }

  carry(bytes, send) {
    /* As many draws for each packet, whatever they decide. */
    const [loss, twice, early, late] = [this.#chance(), this.#chance(), this.#chance(), this.#chance()];
    this.path.seen.packets++;
    const wait = this.#queue(bytes.length);
    if (loss < (this.#what.loss ?? 0) || wait === null) {
      this.path.seen.lost++;
      return;
    }
    const { delayMs = 0, jitterMs = 0, duplicate = 0 } = this.#what;
    this.path.later(wait + delayMs + jitterMs * early, () => send(bytes));
    if (twice < duplicate) {
      this.path.seen.doubled++;
      this.path.later(wait + delayMs + jitterMs * late, () => send(bytes));
    }
  }

  // How long a packet waits for its turn, null when the queue is full.
  #queue(length) {
    const { bytesPerSecond, queueMs = 50 } = this.#what;
    if (!bytesPerSecond) return 0;
    const now = performance.now();
    const wait = Math.max(this.#freeAt - now, 0);
    if (wait > queueMs) return null;
    this.#freeAt = now + wait + length * 1000 / bytesPerSecond;
    return wait;
  }
}

export class BadPath {
  #sockets = new Set();
  #timers = new Set();
  #doors = new Map();
  #lanes;
  seen = { packets: 0, lost: 0, doubled: 0 };

  // what: { loss, duplicate } as parts of one, { delayMs, jitterMs, bytesPerSecond, queueMs }.
  constructor(what, seed) {
    this.#lanes = { a: new Lane(this, what, seed), b: new Lane(this, what, seed + 1) };
  }

  // between makes two ends, a and b, tell each other of this path only.
  between(a, b) {
    this.#interpose(b, 'a');
    this.#interpose(a, 'b');
  }

  later(ms, work) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }

  close() {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of this.#sockets) socket.close();
    this.#sockets.clear();
  }

  // What is told to an end by the other, named teller, in order.
  #interpose(end, teller) {
    const deliver = end.deliver.bind(end);
    let last = Promise.resolve();
    end.deliver = (message) => {
      last = last.then(async () => {
        const told = await this.#rewrite(message, teller);
        if (told) deliver(told);
      }).catch((error) => end.lose(error));
    };
  }

  async #rewrite({ kind, value }, teller) {
    if (kind === 'signal' && value.candidate) {
      const candidate = await this.#rewriteLine(value.candidate.candidate, teller);
      return candidate && { kind, value: { candidate: { ...value.candidate, candidate } } };
    }
    if (kind === 'signal' && value.description) {
      const lines = await Promise.all(value.description.sdp.split('\r\n').map((line) =>
        (line.startsWith('a=candidate:') ? this.#rewriteLine(line, teller) : line)));
      return { kind, value: { description: { ...value.description, sdp: lines.filter((line) => line !== null).join('\r\n') } } };
    }
    return { kind, value };
  }

  // A candidate's line with the address that stands for it, null for one that cannot be used here.
  async #rewriteLine(line, teller) {
    const [, protocol, address, port, type] = candidateLine.exec(line) ?? [];
    if (protocol?.toLowerCase() !== 'udp' || type !== 'host' || !/^[\d.]+$/.test(address)) return null;
    const door = await this.#doorTo(address, Number(port), teller);
    return line.replace(` ${address} ${port} `, ` ${address} ${door} `);
  }

  // The port of a socket that stands for an end's own address; whoever sends to it gets a socket of
  // its own, from which the end hears it.
  async #doorTo(address, port, owner) {
    const name = `${address} ${port}`;
    if (!this.#doors.has(name)) this.#doors.set(name, this.#openDoor(address, port, owner));
    return (await this.#doors.get(name)).address().port;
  }

  async #openDoor(address, port, owner) {
    const other = owner === 'a' ? 'b' : 'a';
    const visitors = new Map();
    const door = await this.#open(address);
    door.on('message', async (bytes, from) => {
      const name = `${from.address} ${from.port}`;
      if (!visitors.has(name)) {
        visitors.set(name, this.#open(address).then((visitor) => visitor.on('message', (answer) => {
          this.#lanes[owner].carry(answer, (each) => this.#send(door, each, from.port, from.address));
        })));
      }
      const visitor = await visitors.get(name);
      this.#lanes[other].carry(bytes, (each) => this.#send(visitor, each, port, address));
    });
    return door;
  }

  #send(socket, bytes, port, address) {
    if (this.#sockets.has(socket)) socket.send(bytes, port, address, () => {});
  }

  async #open(address) {
    const socket = await open(address);
    this.#sockets.add(socket);
    return socket;
  }
}
