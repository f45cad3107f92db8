// The queue of tasks of one session (webrtc-pc: "queue a task"): records of the host and steps of
// our own, one JavaScript task each, in order. An event's listeners and whatever they awaited have
// run before the next event, as with the events of a browser.

// Each call of the function given is a task: microtasks run after it.
const post = typeof setImmediate === 'function' ? setImmediate : portPoster();

function portPoster() {
  const { port1, port2 } = new MessageChannel();
  const waiting = [];
  port1.onmessage = () => waiting.shift()();
  return (run) => {
    waiting.push(run);
    port2.postMessage(null);
  };
}

export class TaskQueue {
  #entries = [];
  #head = 0;
  #posted = 0;
  #running = false;
  #perform;
  #turn = () => {
    this.#posted -= 1;
    this.#run();
  };

  // perform(record) acts on an entry that is not a function, and says whether script may have run.
  constructor(perform = () => true) {
    this.#perform = perform;
  }

  // push queues a function or a record behind all others.
  push(entry) {
    this.#entries.push(entry);
    this.#post();
  }

  // append is push without asking for a turn yet: start does, or performs at once what may be. Only
  // for a caller with nothing but the event loop below it on the stack.
  append(entry) {
    this.#entries.push(entry);
  }

  start() {
    if (!this.#running && this.#posted === 0) this.#run();
    this.#post();
  }

  // pushFirst queues a task that must come before what already waits: the second half of the one
  // that is running.
  pushFirst(task) {
    if (this.#head > 0) {
      this.#head -= 1;
      this.#entries[this.#head] = task;
    } else {
      this.#entries.unshift(task);
    }
    this.#post();
  }

  #post() {
    for (const waiting = this.#entries.length - this.#head; this.#posted < waiting; this.#posted += 1) {
      post(this.#turn);
    }
  }

  // run performs up to and including the first entry that lets script run.
  #run() {
    this.#running = true;
    try {
      let disturbed = false;
      while (!disturbed && this.#head < this.#entries.length) disturbed = this.#step();
    } finally {
      this.#running = false;
    }
  }

  #step() {
    const entry = this.#entries[this.#head];
    this.#entries[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#entries.length) {
      this.#entries.length = 0;
      this.#head = 0;
    }
    if (typeof entry !== 'function') return this.#perform(entry);
    entry();
    return true;
  }
}
