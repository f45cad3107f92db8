// Drives ends that are Node programs, each in a process of its own, so that a crash, an exit or a
// leak of one implementation is seen and harms nobody else.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { End } from './end.js';

const endMsMax = 30_000;
const program = fileURLToPath(new URL('program.js', import.meta.url));

export class NodeEnd extends End {
  // open starts one of program.js's implementations: portcullis, node-datachannel, werift, wrtc.
  static async open(rtc, { name = `${rtc} in Node`, execArgv = [], env = {} } = {}) {
    const child = fork(program, [rtc], { execArgv, env: { ...process.env, ...env }, serialization: 'json' });
    const end = new NodeEnd(name, child);
    await end.#ready;
    return end;
  }

  #runs = new Map();
  #ready;
  #exited;
  #closing = false;

  constructor(name, child) {
    super(name);
    this.child = child;
    this.#ready = new Promise((done, failed) => {
      this.#runs.set('ready', { done, failed });
    });
    this.#exited = new Promise((done) => child.on('exit', (code, signal) => done({ code, signal })));
    this.#exited.then(({ code, signal }) => this.#gone(`the process ended (${signal ?? code})`));
    child.on('message', (message) => this.#hear(message));
  }

  get pid() {
    return this.child.pid;
  }

  reset() {
    return this.#ask('reset', { reset: true });
  }

  // takeEvidence: for an end opened with NodeRecorder's options.
  takeEvidence() {
    return this.#ask('evidence', { takeEvidence: true });
  }

  deliver(message) {
    if (this.child.connected) this.child.send({ deliver: message });
  }

  evaluateRun(module, half, params) {
    return this.#ask(`${module} ${half} ${this.#runs.size}`, { run: [module, half, params] });
  }

  #ask(id, request) {
    return new Promise((done, failed) => {
      this.#runs.set(id, { done, failed });
      this.child.send({ id, ...request });
    });
  }

  // close lets the program end by itself once its call is closed; resolves with how it ended. One that
  // never does is killed, which is seen in that: nobody waits for it for ever.
  async close() {
    this.#closing = true;
    if (this.child.connected) this.child.disconnect();
    const late = setTimeout(() => this.child.kill('SIGKILL'), endMsMax);
    return this.#exited.finally(() => clearTimeout(late));
  }

  #hear(message) {
    if (message.posted) return this.posted(message.posted);
    const run = this.#runs.get(message.id);
    if (message.error) return run.failed(new Error(message.error));
    return run.done(message.value);
  }

  #gone(why) {
    const error = new Error(this.#closing ? 'closed' : why);
    for (const { failed } of this.#runs.values()) failed(error);
    this.lose(error);
  }
}
