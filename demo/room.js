// A seat in a room of the demo's server: who else is there, and what they say. This is all the
// signalling a call needs.
export class Room extends EventTarget {
  #address;
  #seat = '';

  // Events: together { offers }, message (what the other one said), alone, full.
  constructor(name) {
    super();
    this.#address = `/rooms/${encodeURIComponent(name)}`;
    const source = new EventSource(this.#address);
    source.addEventListener('seat', ({ data }) => {
      this.#seat = JSON.parse(data).seat;
    });
    for (const type of ['together', 'message', 'alone']) {
      source.addEventListener(type, ({ data }) => {
        if (data !== undefined) this.dispatchEvent(new CustomEvent(type, { detail: JSON.parse(data) }));
      });
    }
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) this.dispatchEvent(new CustomEvent('full'));
    });
    addEventListener('pagehide', () => source.close());
  }

  // say tells the other one; messages arrive in the order they were said.
  say(message) {
    const said = (this.last ?? Promise.resolve()).then(() =>
      fetch(`${this.#address}?seat=${this.#seat}`, { method: 'POST', body: JSON.stringify(message) }));
    this.last = said.catch(() => {});
    return said;
  }
}
