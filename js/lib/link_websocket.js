// A link over a loopback WebSocket: the page's. Its origin is vouched for by the browser.
import { Link } from './link.js';

const path = '/portcullis/1';
// What may wait in the browser before channels hold back: enough to keep the socket busy.
const waitingBytesMax = 1024 * 1024;
const drainCheckMs = 4;

export class WebSocketLink extends Link {
  #socket;
  #checking = false;

  // connect resolves with an open link; url is the broker's, with or without the path.
  static connect(url) {
    const address = new URL(url);
    if (address.pathname === '/') address.pathname = path;
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    return new Promise((resolve, reject) => {
      socket.onopen = () => resolve(new WebSocketLink(socket));
      socket.onerror = () => reject(new DOMException(`No Portcullis host answers at ${address.host}.`, 'NetworkError'));
    });
  }

  constructor(socket) {
    super();
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onerror = () => this.ended('The connection to the host broke.');
    socket.onclose = ({ reason }) => this.ended(reason || 'The host closed the connection.');
  }

  transmit(bytes, done) {
    this.#socket.send(bytes); // copies
    done();
  }

  shut() {
    this.#socket.close();
  }

  // isFull: too much waits in the browser. Whoever asks is told when it does no more.
  isFull() {
    if (this.#socket.bufferedAmount <= waitingBytesMax) return false;
    if (!this.#checking) this.#checkLater();
    return true;
  }

  #checkLater() {
    this.#checking = true;
    setTimeout(() => {
      this.#checking = false;
      if (!this.isFull()) this.drained();
    }, drainCheckMs);
  }

  #receive(data) {
    if (typeof data === 'string') {
      this.ended('The host sent text.');
      this.#socket.close();
      return;
    }
    this.received(new Uint8Array(data));
  }
}
