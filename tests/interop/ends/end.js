// An end is something that can play half a scenario: a page, or a Node program of its own. This is
// what both kinds share, and how two of them are tied together.
export class End {
  #lost;
  #peer = null;

  constructor(name) {
    this.name = name;
    this.#lost = new Promise((_, failed) => {
      this.lose = failed; // the end is gone: whatever runs in it has failed
    });
    this.#lost.catch(() => {});
  }

  // tie makes what one half tells reach the other.
  tie(other) {
    this.#peer = other;
    other.#peer = this;
  }

  posted(message) {
    this.#peer?.deliver(message);
  }

  // run plays one exported half; rejects with its error, named by the end it happened in.
  async run(module, half, params = {}) {
    try {
      return await Promise.race([this.evaluateRun(module, half, params), this.#lost]);
    } catch (error) {
      throw new Error(`${this.name}: ${error.message}`, { cause: error });
    }
  }
}

// play runs both halves of a scenario; the first failure is the result.
export async function play(module, [a, b], params = {}, [halfA, halfB] = ['a', 'b']) {
  a.tie(b);
  const [resultA, resultB] = await Promise.all([a.run(module, halfA, params), b.run(module, halfB, params)]);
  return { a: resultA, b: resultB };
}
