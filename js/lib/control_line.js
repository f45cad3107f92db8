// The broker's control line (host/broker/control.h): lines that are answered in order, and lines that
// the broker says when something has happened, each with a word of its own.
import { createInterface } from 'node:readline';
import { missingFor } from './host_program.js';

export class ControlLine {
  #pipe;
  #lines = [];
  #waiting = []; // { resolve, reject }; with item, end and found for an answer of many lines
  #listeners = new Map(); // word -> function of what follows it
  #failure = null;
  #exited;
  #onFailure = () => {};

  constructor(child, fd, path) {
    this.#pipe = child.stdio[fd];
    this.#pipe.on('error', () => {});
    createInterface({ input: this.#pipe }).on('line', (line) => this.#hear(line));
    this.#exited = new Promise((resolve) => {
      child.on('exit', (code, signal) => resolve(this.#fail(endedError(path, code, signal))));
      child.on('error', (error) => resolve(this.#fail(error)));
    });
  }

  // on gives every line that begins with word to listener; such a line answers no question.
  on(word, listener) {
    this.#listeners.set(word, listener);
  }

  // onFailure: the broker has ended, or never began.
  set onFailure(listener) {
    this.#onFailure = listener;
  }

  get failure() {
    return this.#failure;
  }

  // ask sends one line; it resolves with what follows the expected word of the answer.
  async ask(line, word = 'ok') {
    this.tell(line);
    return this.next(word);
  }

  // tell sends a line that is not answered in order.
  tell(line) {
    if (/[\r\n]/.test(line)) throw new TypeError('a control line has one line');
    if (this.#failure) throw this.#failure;
    this.#pipe.write(`${line}\n`);
  }

  async next(word) {
    const line = await this.#line();
    const [first, rest] = split(line);
    if (first !== word) throw new Error(`the broker refused: ${first === 'error' ? rest : line}`);
    return rest;
  }

  // list sends one line and resolves with what follows the word item in each line up to the word end.
  list(line, item, end) {
    return new Promise((resolve, reject) => {
      this.tell(line);
      this.#waiting.push({ item, end, found: [], resolve, reject });
    });
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
    const [word, rest] = split(line);
    const listener = this.#listeners.get(word);
    if (listener) {
      listener(rest);
      return;
    }
    const first = this.#waiting[0];
    if (!first) {
      this.#lines.push(line);
    } else if (first.found && word === first.item) {
      first.found.push(rest);
    } else {
      this.#waiting.shift();
      this.#answer(first, word, line);
    }
  }

  #answer({ found, end, resolve, reject }, word, line) {
    if (!found) {
      resolve(line);
    } else if (word === end) {
      resolve(found);
    } else {
      reject(new Error(`the broker refused: ${line}`));
    }
  }

  #fail(error) {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    this.#onFailure(error);
  }
}

// 127: the system's loader could not load the program (POSIX exec and shells agree on it).
function endedError(path, code, signal) {
  return new Error((code === 127 && missingFor(path)) || `the broker ended (${signal ?? code})`);
}

// split cuts a line behind its first word.
export function split(line) {
  const space = line.indexOf(' ');
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
}
