// What a link is: bytes to the host and back, in order, nothing lost, until it closes. It knows no
// record's meaning. Records written in one turn leave together, whole records in each piece.
//
// A kind of link extends Link: it says transmit(bytes, done), shut() and isFull(), and calls
// received(chunk), drained() and ended(reason).

// A piece is sent once it has grown to this: fewer, larger ones is what WebSockets and pipes like.
const pieceBytes = 64 * 1024;
// Room behind it for one record that goes over; a larger one has memory of its own.
const batchBytes = 2 * pieceBytes + 64;
const sparesMax = 16;
const nothing = new Uint8Array(0);

export class Link {
  #batch = null;
  #length = 0;
  #flushing = false;
  #spare = [];
  #transmitting = 0;
  #onChunk = () => {};
  #onDrain = () => {};
  #onEnd = () => {};
  #ended = null;
  #flushSoon = () => {
    this.#flushing = false;
    if (this.#transmitting === 0) this.flush(); // else what is written meanwhile joins it
  };

  // open begins to give: onChunk(bytes), which may be kept; onDrain() when isFull has become false;
  // onEnd(reason) once, when the link has ended by itself.
  open({ onChunk, onDrain, onEnd }) {
    this.#onChunk = onChunk;
    this.#onDrain = onDrain;
    this.#onEnd = onEnd;
    if (this.#ended !== null) onEnd(this.#ended);
  }

  // write takes whole records, in two parts if that saves joining them, and copies them: the caller
  // may use its memory again.
  write(head, tail = nothing) {
    if (this.#ended !== null) return;
    const size = head.length + tail.length;
    if (this.#length + size > batchBytes) this.flush();
    this.#batch ??= this.#memory(size);
    this.#batch.set(head, this.#length);
    this.#batch.set(tail, this.#length + head.length);
    this.#length += size;
    if (this.#length >= pieceBytes) {
      this.flush();
    } else if (!this.#flushing) {
      this.#flushing = true;
      queueMicrotask(this.#flushSoon);
    }
  }

  // flush transmits what was written. The memory is used again when the transmission is done.
  flush() {
    if (this.#length === 0 || this.#ended !== null) return;
    const batch = this.#batch;
    const bytes = batch.subarray(0, this.#length);
    this.#batch = null;
    this.#length = 0;
    this.#transmitting += 1;
    this.transmit(bytes, () => this.#done(batch));
  }

  #memory(size) {
    return size > batchBytes ? new Uint8Array(size) : (this.#spare.pop() ?? new Uint8Array(batchBytes));
  }

  #done(batch) {
    this.#transmitting -= 1;
    if (batch.length === batchBytes && this.#spare.length < sparesMax) this.#spare.push(batch);
    if (this.#transmitting === 0) this.flush();
  }

  // close ends the link from this side; onEnd is not called.
  close() {
    this.flush();
    this.#onEnd = () => {};
    this.ended('closed by this side');
    this.shut();
  }

  // hold and release: while something holds the link, it keeps a Node program running.
  hold() {}
  release() {}

  received(chunk) {
    if (this.#ended === null) this.#onChunk(chunk);
  }

  drained() {
    if (this.#ended === null) this.#onDrain();
  }

  ended(reason) {
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.#onEnd(reason);
  }
}
