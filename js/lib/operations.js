// The operations chain of one connection (webrtc-pc 4.4.1.2): operations run one after the other,
// the first at once; whatever is pending when the connection closes never settles.
import { errorNamed } from './errors.js';

export class OperationsChain {
  #operations = [];
  #closed = false;
  #onEmpty;

  // onEmpty is called whenever the last operation has ended.
  constructor(onEmpty) {
    this.#onEmpty = onEmpty;
  }

  get isEmpty() {
    return this.#operations.length === 0;
  }

  // chain: "to chain an operation". operation returns a promise.
  chain(operation) {
    // 2. If connection.[[IsClosed]] is true, return a promise rejected with an InvalidStateError.
    if (this.#closed) return Promise.reject(errorNamed('InvalidStateError', 'The connection is closed.'));
    // 4. to 6.
    return new Promise((resolve, reject) => {
      this.#operations.push({ operation, resolve, reject });
      if (this.#operations.length === 1) this.#runFirst();
    });
  }

  close() {
    this.#closed = true;
    this.#operations.length = 0;
  }

  #runFirst() {
    const { operation, resolve, reject } = this.#operations[0];
    // 7. Upon fulfillment or rejection of the promise that operation returned.
    operation().then(
      (value) => this.#settle(resolve, value),
      (error) => this.#settle(reject, error),
    );
  }

  #settle(settle, value) {
    // 7.1 If connection.[[IsClosed]] is true, abort these steps.
    if (this.#closed) return;
    // 8. Upon fulfillment or rejection of p: before script's own reactions to p.
    queueMicrotask(() => this.#next());
    settle(value);
  }

  #next() {
    if (this.#closed) return;
    this.#operations.shift();
    if (this.#operations.length > 0) {
      this.#runFirst();
    } else {
      this.#onEmpty();
    }
  }
}
