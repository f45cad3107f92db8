// The person of the attack page, played by its server: somebody who thinks before answering, says no to
// the attacker, sees every question and watches the indicator. What a page does reaches none of it.
const thinkMs = 400;

export class Person {
  #trusted = new Map(); // origin -> what it is answered, in turn
  #open = new Map(); // origin -> questions that stand now
  questions = []; // { origin, embedder, rights, answer }
  mostAtOnce = 0; // of one origin
  #lines = [];
  #gaps = new Map(); // origin -> how often it vanished from the indicator since it was watched

  // trust: the next questions of the origin are answered so: true, false, ...
  trust(origin, answers) {
    this.#trusted.set(origin, [...answers]);
  }

  prompt = async ({ origin, embedder, rights }) => {
    const open = (this.#open.get(origin) ?? 0) + 1;
    this.#open.set(origin, open);
    this.mostAtOnce = Math.max(this.mostAtOnce, open);
    const isYes = this.#trusted.get(origin)?.shift() ?? false;
    this.questions.push({ origin, embedder, rights, answer: isYes ? 'yes' : 'no' });
    await new Promise((done) => setTimeout(done, thinkMs));
    this.#open.set(origin, this.#open.get(origin) - 1);
    return isYes ? { kind: 'allow', duration: 'page' } : { kind: 'deny' };
  };

  // show is what the indicator does.
  show(lines) {
    const shows = (all, origin) => all.some((line) => line.origin === origin);
    for (const [origin, gaps] of this.#gaps) {
      if (shows(this.#lines, origin) && !shows(lines, origin)) this.#gaps.set(origin, gaps + 1);
    }
    this.#lines = lines;
    this.heard?.();
  }

  watch(origin) {
    this.#gaps.set(origin, 0);
  }

  sees(origin) {
    const line = this.#lines.find((one) => one.origin === origin);
    return { calls: line?.calls ?? 0, rights: line?.rights ?? [], gaps: this.#gaps.get(origin) ?? 0 };
  }

  // unseen resolves when the indicator shows nothing of the origin any more.
  async unseen(origin) {
    while (this.sees(origin).calls > 0) await new Promise((done) => (this.heard = done));
  }
}
