// The broker as a Node program starts it, and its control protocol (one line asked, one line answered)
// for programs that serve pages.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { brokerPath, missingFor } from './host_program.js';

const controlFd = 3;

// startBroker resolves once a broker listens for pages of the origins given:
// { url, token(origin), allow(origin), close() }. addresses: the address mode of RFC 8828 by its
// browsers' name. descriptors: open files it also gets, from 4 on.
export async function startBroker(given = {}) {
  const { allowOrigins = [], loopback = false, addresses, broker, args = [], descriptors = [] } = given;
  const options = ['--listen', '127.0.0.1:0', '--control-fd', String(controlFd), ...args];
  if (loopback) options.push('--loopback');
  if (addresses) options.push('--addresses', addresses);
  const stdio = ['ignore', 'inherit', 'inherit', 'pipe', ...descriptors];
  const path = brokerPath(broker);
  const child = spawn(path, options, { stdio });
  const control = new Control(child, path);
  const address = await control.next('listening');
  const allow = (origin) => control.ask(`allow ${origin}`, 'ok');
  for (const origin of allowOrigins) await allow(origin);
  return {
    url: `ws://${address}/portcullis/1`,
    pid: child.pid,
    allow,
    token: (origin) => control.ask(`token ${origin}`, 'token'),
    close: () => control.close(),
  };
}

// The control pipe: the broker ends when it closes.
class Control {
  #pipe;
  #lines = [];
  #waiting = [];
  #failure = null;
  #exited;

  constructor(child, path) {
    this.#pipe = child.stdio[controlFd];
    this.#pipe.on('error', () => {});
    createInterface({ input: this.#pipe }).on('line', (line) => this.#hear(line));
    this.#exited = new Promise((resolve) => {
      child.on('exit', (code, signal) => resolve(this.#fail(endedError(path, code, signal))));
      child.on('error', (error) => resolve(this.#fail(error)));
    });
  }

  // ask sends one line; it resolves with what follows the expected word of the answer.
  async ask(line, word) {
    if (/[\r\n]/.test(line)) throw new TypeError('a control line has one line');
    this.#pipe.write(`${line}\n`);
    return this.next(word);
  }

  async next(word) {
    const line = await this.#line();
    const [first, rest] = split(line);
    if (first !== word) throw new Error(`the broker refused: ${first === 'error' ? rest : line}`);
    return rest;
  }

  close() {
    this.#pipe.destroy();
    return this.#exited;
  }

  #line() {
    if (this.#lines.length > 0) return this.#lines.shift();
    if (this.#failure) throw this.#failure;
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #hear(line) {
    const first = this.#waiting.shift();
    if (first) {
      first.resolve(line);
    } else {
      this.#lines.push(line);
    }
  }

  #fail(error) {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

// 127: the system's loader could not load the program (POSIX exec and shells agree on it).
function endedError(path, code, signal) {
  return new Error((code === 127 && missingFor(path)) || `the broker ended (${signal ?? code})`);
}

function split(line) {
  const space = line.indexOf(' ');
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
}
