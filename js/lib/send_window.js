// What one connection may have at the host that SCTP has not yet taken (WELCOME's window), and the
// turns of the channels that wait for room in it: one message each, in order of asking.
export class SendWindow {
  #available;
  #waiting = [];
  #isBlocked;

  // isBlocked: the link itself has enough to do.
  constructor(bytes, isBlocked) {
    this.#available = bytes;
    this.#isBlocked = isBlocked;
  }

  // take says whether bytes may be sent now, out of turn with nobody, and spends them.
  take(bytes) {
    if (this.#waiting.length > 0 || bytes > this.#available || this.#isBlocked()) return false;
    this.#available -= bytes;
    return true;
  }

  give(bytes) {
    this.#available += bytes;
  }

  // wait queues a channel: { nextBytes: size of its next message or null, sendNext() }.
  wait(channel) {
    if (!this.#waiting.includes(channel)) this.#waiting.push(channel);
  }

  // pump lets those who wait send while there is room.
  pump() {
    while (this.#waiting.length > 0 && !this.#isBlocked()) {
      const channel = this.#waiting[0];
      const bytes = channel.nextBytes;
      if (bytes !== null && bytes > this.#available) return;
      this.#waiting.shift();
      if (bytes === null) continue; // it asks again when its next message is there
      this.#available -= bytes;
      channel.sendNext();
      if (channel.nextBytes !== null) this.#waiting.push(channel);
    }
  }
}
