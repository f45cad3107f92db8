// One question put by a real prompter (portcullis-asking), for tests: what it says as it goes.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { within } from '../page.js';

const built = (name) => fileURLToPath(new URL(`../../../build/release/${name}`, import.meta.url));

export const missingWindows = () => !existsSync(built('portcullis-prompt')) && 'GTK 4 was not there when this was built';

const alive = new Set();

/** Ends what a failed test left behind. */
export async function stopAll() {
  await Promise.all([...alive].map((told) => told.stop()));
}

/** A program of ours that says one line for each thing that happens. */
export class Told {
  #child;
  #lines = [];
  #waiting = [];
  all = [];

  constructor(name, args, env) {
    this.#child = spawn(built(name), args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.exited = new Promise((resolve) => this.#child.on('exit', (code, signal) => resolve({ code, signal })));
    this.#child.stdin.on('error', () => {});
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#hear(line));
    alive.add(this);
    this.exited.then(() => {
      alive.delete(this);
      this.#hear(null);
    });
  }

  /** The next line; null after the last. */
  line() {
    if (this.#lines.length > 0) return Promise.resolve(this.#lines.shift());
    return within(new Promise((resolve) => this.#waiting.push(resolve)), `a line after ${JSON.stringify(this.all)}`);
  }

  /** The next line that begins so. */
  async until(start) {
    for (;;) {
      const line = await this.line();
      if (line === null) throw new Error(`it ended without "${start}": ${JSON.stringify(this.all)}`);
      if (line.startsWith(start)) return line;
    }
  }

  write(line) {
    this.#child.stdin.write(`${line}\n`);
  }

  /** The processes it started. */
  children() {
    const { pid } = this.#child;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  }

  async stop() {
    this.#child.stdin.destroy();
    return within(this.exited, 'the program to end');
  }

  #hear(line) {
    if (line !== null) this.all.push(line);
    const first = this.#waiting.shift();
    if (first) first(line);
    else this.#lines.push(line);
  }
}

/** A question: {origin, rights, device: [...], ...} as portcullis-asking takes it. */
export function ask(display, question, way = 'gtk') {
  const parts = { durations: 'call,page,site', ...question };
  const args = Object.entries(parts).flatMap(([key, value]) => [value].flat().map((one) => `${key}=${one}`));
  return new Told('portcullis-asking', [way, ...args], display.env);
}
