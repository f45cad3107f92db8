// A file on its way to us: kept on disk as it comes, so that a reload goes on where it stopped, and
// checked against the sender's SHA-256 at its end.
import { Digest } from './digest.js';
import { store } from './store.js';

const toldBytes = 4 << 20; /* how often the sender is told what is on disk */

export class Incoming extends EventTarget {
  #channel = null;
  #digest = new Digest();
  #next = 0; // the next byte of the channel, of which what is there already is passed over
  #tail = Promise.resolve(); // writes, in order
  #told = 0;
  at = 0;
  state = 'waiting';
  sha256 = '';

  constructor({ id, name, size }) {
    super();
    Object.assign(this, { id, name, size });
  }

  // offered: the sender has it, over this channel. What was begun earlier goes on by itself.
  async offered(channel) {
    this.#channel = channel;
    if (this.state === 'done') return this.#say({ done: { id: this.id, good: true } });
    this.at = Math.min(await store.open(this.id), this.size);
    if (this.at > 0 && this.state !== 'held') return this.accept();
    this.#change(this.state === 'held' ? 'held' : 'waiting');
    return undefined;
  }

  async accept() {
    this.#change('moving');
    await this.#tail;
    await this.#digest.reach(this.at, (from, to) => store.read(this.id, from, to));
    this.#told = this.at;
    this.#say({ want: { id: this.id, from: this.at } });
  }

  hold() {
    this.#say({ hold: { id: this.id } });
    this.#change('held');
  }

  async refuse() {
    this.#say({ gone: { id: this.id } });
    this.#change('failed');
    await store.remove(this.id);
  }

  lost() {
    this.#channel = null;
    if (this.state === 'moving' || this.state === 'checking') this.#change('waiting');
  }

  hear({ start, end }) {
    if (start) this.#next = start.from;
    if (end) void this.#tail.then(() => this.#check(end.sha256));
  }

  take(buffer) {
    const skipped = Math.max(0, this.at - this.#next);
    this.#next += buffer.byteLength;
    const piece = new Uint8Array(buffer).subarray(skipped);
    const at = this.at;
    if (piece.length === 0 || at + piece.length > this.size || this.state === 'failed') return;
    this.#digest.add(piece);
    this.at += piece.length;
    this.#tail = this.#tail.then(() => store.write(this.id, at, piece.slice().buffer)).then(() => this.#wrote(at + piece.length), (error) => this.#fail(error));
    this.dispatchEvent(new Event('change'));
  }

  #wrote(at) {
    if (at - this.#told < toldBytes && at < this.size) return;
    this.#told = at;
    this.#say({ have: { id: this.id, got: at } });
  }

  async #check(sha256) {
    this.#change('checking');
    this.sha256 = this.#digest.hex();
    const good = this.at === this.size && this.sha256 === sha256;
    await store.close(this.id);
    if (!good) await store.remove(this.id);
    this.#say({ done: { id: this.id, good } });
    this.#change(good ? 'done' : 'failed');
  }

  #fail(error) {
    this.why = error.message;
    this.hold();
  }

  #say(message) {
    if (this.#channel?.readyState === 'open') this.#channel.send(JSON.stringify(message));
  }

  #change(state) {
    this.state = state;
    this.dispatchEvent(new Event('change'));
  }
}
