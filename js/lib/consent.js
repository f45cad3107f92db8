// Consent for the program around the pages: one call answers a shell's own permission request with
// policy, prompt, memory and indicator. It works with pages that have a link and without any.
import { split } from './control_line.js';

const word = /^[\x21-\x7e]{1,400}$/;
const name = /^[a-z-]{1,32}$/;

export class Consent {
  #line;
  #prompt;
  #lastTag = 0;
  #asks = new Map(); // tag -> { resolve, reject, ended }
  #questions = new Map(); // id -> AbortController

  // line: a ControlLine. prompt(question): a promise of an answer; indicator.show(lines).
  constructor(line, { prompt, indicator } = {}) {
    this.#line = line;
    this.#prompt = prompt;
    line.on('verdict', (rest) => this.#verdict(rest));
    line.on('ended', (rest) => this.#ended(rest));
    line.on('question', (rest) => this.#question(rest));
    line.on('withdrawn', (id) => this.#withdrawn(id));
    line.on('using', (rest) => indicator?.show(JSON.parse(rest)));
    line.onFailure = (error) => this.#fail(error);
  }

  // ask resolves with { allowed, reason, grant, device, ended, end() }. rights: names of
  // core/policy/right.def. peer: fingerprints that were verified, "sha-256 AA:BB:...". isPrivate:
  // nothing is to be remembered. ended resolves with a reason when what was allowed must stop.
  async ask({ origin, embedder = origin, rights, device, peer = [], isPrivate = false }) {
    const names = [rights].flat();
    for (const one of [origin, embedder, ...(device === undefined ? [] : [device])]) checkWord(one);
    check(names.length > 0 && names.every((one) => name.test(one)), 'rights are names');
    const tag = `a${++this.#lastTag}`;
    const words = ['ask', tag, origin, embedder, names.join(',')];
    if (device !== undefined) words.push(`device=${device}`);
    if (isPrivate) words.push('private');
    words.push(...[peer].flat().map((one) => `peer=${fingerprintWord(one)}`));
    this.#line.tell(words.join(' '));
    return new Promise((resolve, reject) => this.#asks.set(tag, { resolve, reject, ended: withResolvers() }));
  }

  // grants resolves with what stands, as objects.
  async grants() {
    return (await this.#line.list('grants', 'grant', 'end')).map((json) => JSON.parse(json));
  }

  async revoke(id) {
    checkWord(String(id));
    await this.#line.ask(`revoke ${id}`);
  }

  // resetOrigin forgets everything of an origin: grants, blocks, what is kept for it.
  async resetOrigin(origin) {
    checkWord(origin);
    await this.#line.ask(`reset ${origin}`);
  }

  async forgetEverything() {
    await this.#line.ask('forget');
  }

  // markMixed: the pages of an origin run insecure content from now on.
  async markMixed(origin, embedder = origin) {
    [origin, embedder].forEach(checkWord);
    await this.#line.ask(`mixed ${origin} ${embedder}`);
  }

  // stop is the person's control in the indicator.
  async stop(origin, embedder = origin) {
    [origin, embedder].forEach(checkWord);
    await this.#line.ask(`stop ${origin} ${embedder}`);
  }

  // seen: whether a person can see the indicator now.
  async seen(isSeen) {
    await this.#line.ask(`seen ${isSeen ? 'yes' : 'no'}`);
  }

  // ---- what the broker says ----

  #verdict(rest) {
    const [tag, decision, reason, grant, ...device] = rest.split(' ');
    const ask = this.#asks.get(tag);
    if (!ask) return;
    const allowed = decision === 'allow';
    if (!allowed) this.#over(tag, reason);
    ask.resolve({
      allowed,
      reason,
      grant: grant === '-' ? null : grant,
      device: JSON.parse(device.join(' ')) || null,
      ended: ask.ended.promise,
      end: () => this.#end(tag, 'ENDED_HERE'),
    });
  }

  #ended(rest) {
    const [tag, , reason] = rest.split(' ');
    this.#end(tag, reason).catch(() => {}); // a broker that has gone needs not be told
  }

  async #end(tag, reason) {
    if (!this.#asks.has(tag)) return;
    this.#over(tag, reason);
    await this.#line.ask(`end ${tag}`);
  }

  #over(tag, reason) {
    this.#asks.get(tag).ended.resolve(reason);
    this.#asks.delete(tag);
  }

  #fail(error) {
    for (const [tag, ask] of this.#asks) {
      this.#over(tag, 'BROKER_ENDED');
      ask.reject(error);
    }
    for (const id of [...this.#questions.keys()]) this.#withdrawn(id);
  }

  // ---- the prompt ----

  async #question(rest) {
    const [id, json] = split(rest);
    const withdrawn = new AbortController();
    this.#questions.set(id, withdrawn);
    let answer = null;
    try {
      answer = await this.#prompt({ id, signal: withdrawn.signal, ...JSON.parse(json) });
    } catch {
      // A prompt that fails is a question without an answer.
    }
    if (!this.#questions.delete(id)) return;
    try {
      await this.#line.ask(answerLine(id, answer));
    } catch {
      if (!this.#line.failure) await this.#line.ask(`answer ${id} dismiss`).catch(() => {});
    }
  }

  #withdrawn(id) {
    this.#questions.get(id)?.abort();
    this.#questions.delete(id);
  }
}

// answerLine writes { kind: 'allow' | 'deny' | 'block' | 'dismiss', duration, rights, onlyThisPeer,
// devices } as the broker reads it.
function answerLine(id, answer) {
  const { kind, duration, rights, onlyThisPeer, devices } = answer ?? {};
  if (kind !== 'allow') return `answer ${id} ${['deny', 'block'].includes(kind) ? kind : 'dismiss'}`;
  const words = ['answer', id, 'allow'];
  if (duration) words.push(`duration=${duration}`);
  if (rights) words.push(`rights=${rights.join(',')}`);
  if (devices) words.push(`devices=${devices.join(',')}`);
  if (onlyThisPeer) words.push('peer=yes');
  return words.join(' ');
}

// "sha-256 AA:BB:..." as RFC 8122 5 writes it.
function fingerprintWord(fingerprint) {
  const match = /^sha-256[ :]([0-9a-f]{2}(?::?[0-9a-f]{2}){31})$/i.exec(fingerprint);
  check(match, 'a peer is "sha-256 AA:BB:..."');
  return `sha-256:${match[1].replaceAll(':', '').toLowerCase()}`;
}

function checkWord(value) {
  check(typeof value === 'string' && word.test(value), `not one word: ${value}`);
}

function check(good, sentence) {
  if (!good) throw new TypeError(sentence);
}

function withResolvers() {
  let resolve;
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}
