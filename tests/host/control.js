// A broker that listens, and its control line, for tests.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { brokerPath, everyAddress, within } from './page.js';

export class Broker {
  #child;
  #lines = [];
  #waiting = [];
  ports = [];

  static async start({ args = [], listen = ['127.0.0.1:0'], allow = ['https://app.example'], stderr = 'inherit', detached = false } = {}) {
    const broker = new Broker();
    const options = [...listen.flatMap((one) => ['--listen', one]), '--control-fd', '3', '--loopback', ...everyAddress, ...args];
    broker.#child = spawn(brokerPath, options, { detached, stdio: ['ignore', 'inherit', stderr, 'pipe'] });
    broker.exited = new Promise((resolve) => broker.#child.on('exit', (code, signal) => resolve({ code, signal })));
    broker.exited.then(() => broker.#hear(null));
    const control = broker.#child.stdio[3];
    control.on('error', () => {});
    createInterface({ input: control }).on('line', (line) => broker.#hear(line));
    for (const _ of listen) broker.ports.push(Number((await broker.line()).split(':').at(-1)));
    for (const origin of allow) await broker.ask(`allow ${origin}`);
    return broker;
  }

  get port() {
    return this.ports[0];
  }

  get pid() {
    return this.#child.pid;
  }

  get stderr() {
    return this.#child.stderr;
  }

  write(text) {
    this.#child.stdio[3].write(text);
  }

  ask(line) {
    this.write(`${line}\n`);
    return this.line();
  }

  /** A token for the origin, as bytes. */
  async token(origin = 'https://app.example') {
    const answer = await this.ask(`token ${origin}`);
    return Uint8Array.from(Buffer.from(answer.split(' ')[1], 'hex'));
  }

  line() {
    if (this.#lines.length > 0) return Promise.resolve(this.#lines.shift());
    return within(new Promise((resolve) => this.#waiting.push(resolve)), 'a control line');
  }

  kill(signal) {
    this.#child.kill(signal);
  }

  stop() {
    this.#child.stdio[3].destroy();
    return within(this.exited, 'the broker to end');
  }

  #hear(line) {
    const first = this.#waiting.shift();
    if (first) first(line);
    else this.#lines.push(line);
  }
}
