// What half a scenario is given inside its end: the end's own WebRTC classes, a way to speak with
// the other half (the signalling of a real application), and room to keep things between two runs.
// Runs unchanged in a page and in Node.
export class Env {
  #post;
  #listeners = new Map();
  #kept = new Map();
  #failure;

  // rtc: { RTCPeerConnection, ... }. post: carries a JSON message to the other half's deliver.
  constructor({ rtc, post }) {
    this.rtc = rtc;
    this.#post = post;
    this.reset();
  }

  // reset forgets the last scenario: connections it left open are closed.
  reset() {
    this.state?.pc?.close();
    this.state = {};
    this.#listeners.clear();
    this.#kept.clear();
    this.#failure = new Promise((_, failed) => {
      this.fail = failed; // ends the running half with an error found outside its own line
    });
    this.#failure.catch(() => {});
  }

  // tell sends value to the other half's on(kind) or heard(kind).
  tell(kind, value = null) {
    this.#post({ kind, value });
  }

  // on hears every message of a kind, those that came before it was called too.
  on(kind, listener) {
    this.#listeners.set(kind, listener);
    for (const value of this.#kept.get(kind) ?? []) listener(value);
    this.#kept.delete(kind);
  }

  // heard resolves with the next message of a kind.
  heard(kind) {
    return new Promise((done) => {
      const kept = this.#kept.get(kind) ?? [];
      if (kept.length > 0) return done(kept.shift());
      this.#listeners.set(kind, (value) => {
        this.#listeners.delete(kind);
        done(value);
      });
    });
  }

  deliver({ kind, value }) {
    const listener = this.#listeners.get(kind);
    if (listener) return listener(value);
    if (!this.#kept.has(kind)) this.#kept.set(kind, []);
    this.#kept.get(kind).push(value);
  }

  // run calls one exported function of a scenario module, found relative to tests/. It hears what is
  // told from now on, and ends once nothing more of its own signalling can come.
  async run(module, half, params) {
    this.#listeners.clear();
    this.#kept.clear();
    const scenario = await import(new URL(`../../${module}`, import.meta.url).href);
    const play = async () => {
      const result = await scenario[half](this, params);
      await this.state.settled?.();
      return result ?? null;
    };
    return Promise.race([play(), this.#failure]);
  }
}
