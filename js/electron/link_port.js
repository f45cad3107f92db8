// A link over a message port to the trusted process of a shell, which joined it to the broker.
import { Link } from '../lib/link.js';
import { isBytes, underWayBytesMax } from './port_traffic.js';

export class PortLink extends Link {
  #port;
  #underWay = 0;

  constructor(port) {
    super();
    this.#port = port;
    port.onmessage = ({ data }) => this.#receive(data);
    // Shells older than the event say it with a text only.
    port.addEventListener?.('close', () => this.ended('The host closed the connection.'));
  }

  transmit(bytes, done) {
    this.#underWay += bytes.length;
    this.#port.postMessage(bytes.slice()); // a copy of these bytes, not of the memory they lie in
    done();
  }

  shut() {
    this.#port.close();
  }

  isFull() {
    return this.#underWay > underWayBytesMax;
  }

  #receive(data) {
    if (isBytes(data)) {
      this.#port.postMessage(data.length);
      this.received(new Uint8Array(data.buffer, data.byteOffset, data.length));
    } else if (typeof data === 'number') {
      this.#taken(data);
    } else {
      this.ended(typeof data === 'string' && data ? data : 'The host closed the connection.');
      this.#port.close();
    }
  }

  #taken(bytes) {
    const wasFull = this.isFull();
    this.#underWay -= bytes;
    if (wasFull && !this.isFull()) this.drained();
  }
}
