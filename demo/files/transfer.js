// Files both ways over one ordered channel. Control messages are lines of JSON; bytes belong to the
// file of the last start in their direction.
//
//   offer { id, name, size }   want { id, from }   hold { id }   start { id, from }   have { id, got }
//   end { id, sha256 }         done { id, good }   gone { id }
//
// Whoever receives says from where: after a reload it wants the rest only. Back-pressure is end to
// end: the sender waits for the channel's buffer, and for the receiver's disk (have).
import { Digest, nameOf } from './digest.js';
import { Incoming } from './incoming.js';

const pieceBytes = 64 * 1024;
const low = 1 << 20;
const high = 4 << 20;
const unwrittenBytesMax = 32 << 20; /* sent and not yet on the other side's disk */

// Events of both kinds: change (look at state, at, size, name, sha256). state: waiting, moving, held,
// checking, done, failed.
export class Outgoing extends EventTarget {
  #channel = null;
  #digest = new Digest();
  #run = 0; // counts the runs of #send: a newer one ends the older
  #written = 0;
  at = 0;
  state = 'waiting';
  sha256 = '';

  constructor(file, id) {
    super();
    Object.assign(this, { file, id, name: file.name, size: file.size });
  }

  static async of(file) {
    return new Outgoing(file, await nameOf(file));
  }

  // offer tells the other side of it: also again, over a new channel.
  offer(channel) {
    this.#stop(this.state === 'done' ? 'done' : 'waiting');
    this.#channel = channel;
    channel.bufferedAmountLowThreshold = low;
    if (this.state !== 'done') this.#say({ offer: { id: this.id, name: this.name, size: this.size } });
  }

  // lost: the channel has closed.
  lost() {
    this.#channel = null;
    if (this.state !== 'done') this.#stop('waiting');
  }

  hear({ want, hold, have, done, gone }) {
    if (want && Number.isSafeInteger(want.from) && want.from >= 0 && want.from <= this.size) void this.#send(want.from);
    if (hold) this.#stop('held');
    if (have) this.#written = have.got;
    if (done) this.#stop(done.good ? 'done' : 'failed');
    if (gone) this.#stop('failed');
    this.dispatchEvent(new Event('heard'));
  }

  hold() {
    this.#stop('held');
  }

  resume() {
    if (this.#channel) void this.#send(this.at);
  }

  async #send(from) {
    const run = ++this.#run;
    const isOver = () => run !== this.#run;
    this.#change('moving');
    this.#written = from;
    const read = async (start, end) => new Uint8Array(await this.file.slice(start, end).arrayBuffer());
    await this.#digest.reach(from, read);
    if (isOver()) return;
    this.at = from;
    this.#say({ start: { id: this.id, from } });
    while (this.at < this.size) {
      const piece = await read(this.at, Math.min(this.size, this.at + pieceBytes));
      if (isOver()) return;
      this.#channel.send(piece);
      this.#digest.add(piece);
      this.at += piece.length;
      this.dispatchEvent(new Event('change'));
      await this.#room(isOver);
      if (isOver()) return;
    }
    this.#change('checking');
    this.sha256 = this.#digest.hex();
    this.#say({ end: { id: this.id, sha256: this.sha256 } });
  }

  async #room(isOver) {
    while (!isOver() && this.#channel.bufferedAmount > high) await oneOf(this.#channel, 'bufferedamountlow', 'close');
    while (!isOver() && this.at - this.#written > unwrittenBytesMax) await oneOf(this, 'heard', 'change');
  }

  #say(message) {
    if (this.#channel?.readyState === 'open') this.#channel.send(JSON.stringify(message));
  }

  #stop(state) {
    this.#run += 1;
    this.#change(state);
  }

  #change(state) {
    this.state = state;
    this.dispatchEvent(new Event('change'));
  }
}

// Transfers joins the files of both directions to one call after another.
export class Transfers extends EventTarget {
  #channel = null;
  #outgoing = new Map();
  #incoming = new Map();
  #current = null; // whose bytes come now

  // Events: outgoing, incoming (detail: the file), for each new one.
  async add(file) {
    const known = this.#outgoing.get(await nameOf(file));
    const one = known ?? await Outgoing.of(file);
    if (!known) {
      this.#outgoing.set(one.id, one);
      this.dispatchEvent(new CustomEvent('outgoing', { detail: one }));
    }
    if (this.#channel) one.offer(this.#channel);
  }

  use(channel) {
    const opened = () => {
      this.#channel = channel;
      for (const one of this.#outgoing.values()) one.offer(channel);
    };
    if (channel.readyState === 'open') opened();
    else channel.addEventListener('open', opened, { once: true });
    channel.addEventListener('message', ({ data }) => this.#hear(channel, data));
    channel.addEventListener('close', () => this.#lost(channel), { once: true });
  }

  #lost(channel) {
    if (this.#channel !== channel) return;
    this.#channel = null;
    this.#current = null;
    for (const one of [...this.#outgoing.values(), ...this.#incoming.values()]) one.lost();
  }

  #hear(channel, data) {
    if (typeof data !== 'string') {
      this.#current?.take(data);
      return;
    }
    const message = JSON.parse(data);
    const [{ id }] = Object.values(message);
    if (message.offer) this.#offered(channel, message.offer);
    if (message.start) this.#current = this.#incoming.get(id) ?? null;
    if (message.start || message.end) this.#incoming.get(id)?.hear(message);
    else this.#outgoing.get(id)?.hear(message);
  }

  #offered(channel, { id, name, size }) {
    if (!/^[0-9a-f]{32}$/.test(id) || !Number.isSafeInteger(size) || size < 0) return;
    let one = this.#incoming.get(id);
    if (!one) {
      one = new Incoming({ id, name: String(name).slice(0, 255), size });
      this.#incoming.set(id, one);
      this.dispatchEvent(new CustomEvent('incoming', { detail: one }));
    }
    void one.offered(channel);
  }
}

function oneOf(target, ...types) {
  return new Promise((done) => {
    const heard = () => {
      for (const type of types) target.removeEventListener(type, heard);
      done();
    };
    for (const type of types) target.addEventListener(type, heard);
  });
}
