// What the attack page needs besides a page server: a broker of its own for each run, whose worker tells
// a side file what its secrets are; a person; a second site; silent sockets; the search for secrets.
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { startBroker } from '../../js/node.js';
import { Evidence } from '../../tests/hostile/evidence.js';
import { programPath } from '../../tests/interop/host.js';
import { serve } from '../server.js';
import { Person } from './person.js';
import { Victims } from './victims.js';

export const attackPages = '/demo/attack/'; // they may frame each other
const secretsFd = 4; /* the broker's first descriptor after its control pipe */

// AttackRange is one page's run at a time: begin starts anew. posts is for serve: { path: answer }.
export class AttackRange {
  #worker;
  #run = null;
  #other = null;
  #victims = new Victims();

  posts = {
    '/attack/begin': (_, origin) => this.#begin(origin),
    '/attack/token': (_, origin) => this.#ticket(origin),
    '/attack/victim': async () => ({ port: await this.#victims.add() }),
    '/attack/nobody': async () => ({ port: await this.#victims.closedPort() }),
    '/attack/victim/seen': ({ port }) => this.#victims.seen(port),
    '/attack/person': ({ watch }, origin) => this.#person(watch, origin),
    '/attack/stop': ({ afterMs }, origin) => this.#stopLater(afterMs, origin),
    '/attack/stopped': () => this.#run.stopped,
    '/attack/revoke': () => this.#revoke(),
    '/attack/scan': (body) => this.#scan(body),
  };

  // worker: another than the test worker, to see that the page would notice.
  constructor({ worker = 'portcullis-worker-test' } = {}) {
    this.#worker = worker;
  }

  async close() {
    this.#victims.close();
    await this.#end();
    await this.#other?.close();
  }

  async #begin(origin) {
    await this.#end();
    this.#other ??= await serve({ framed: attackPages, token: () => this.#ticket(this.#other.origin, origin) });
    const person = new Person();
    const evidence = new Evidence();
    const secrets = openSync(evidence.secretsFile, 'w');
    const broker = await startBroker({ loopback: true, broker: programPath('portcullis-broker'),
      args: ['--worker', programPath(this.#worker), '--secrets-fd', String(secretsFd)], descriptors: [secrets],
      allowOrigins: [origin, this.#other.origin], prompt: person.prompt, indicator: person });
    closeSync(secrets);
    person.trust(this.#other.origin, [true, false, true, false]);
    this.#run = { broker, person, evidence, stopped: null };
    return { other: this.#other.origin };
  }

  async #end() {
    const run = this.#run;
    this.#run = null;
    await run?.broker.close();
    run?.evidence.remove();
  }

  async #ticket(origin, embedder = origin) {
    const { broker } = this.#run;
    return { url: broker.url, token: await broker.token(origin, { embedder }) };
  }

  #person(watch, origin) {
    const { person } = this.#run;
    if (watch) person.watch(origin);
    return { questions: person.questions, mostAtOnce: person.mostAtOnce, sees: person.sees(origin) };
  }

  // The person presses Stop in a moment: the page may be hanging by then.
  #stopLater(afterMs, origin) {
    const { broker, person } = this.#run;
    this.#run.stopped = new Promise((done) => setTimeout(done, afterMs))
      .then(() => broker.consent.stop(origin))
      .then(() => person.unseen(origin))
      .then(() => ({ at: Date.now() }));
    return {};
  }

  async #revoke() {
    const { consent } = this.#run.broker;
    const grants = (await consent.grants()).filter(({ origin }) => origin === this.#other.origin);
    for (const { id } of grants) await consent.revoke(id);
    return { revoked: grants.length };
  }

  #scan(body) {
    const { evidence } = this.#run;
    writeFileSync(evidence.path('page'), body);
    return evidence.scan();
  }
}
