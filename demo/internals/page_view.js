// One page or frame: whose it is, what it may, what can be ended, and its connections.
import { ConnectionView } from './connection_view.js';
import { revoke, stop } from './feed.js';
import { make, timeText } from './make.js';
import { Timeline } from './timeline.js';

const keptMs = 30_000; /* a page that went stays to be read */

export class PageView {
  #connections = new Map();
  #grants = make('ul', { className: 'grants' });
  #list = make('div', { className: 'connections' });
  #timeline = new Timeline();
  #said = make('p', { className: 'said', attributes: { role: 'status' } });
  #ended = null;
  #shown = '';

  constructor({ id, origin, embedder, since }) {
    const around = embedder && embedder !== origin ? ` inside ${embedder}` : '';
    const stopButton = make('button', { type: 'button', className: 'bad', textContent: 'Stop everything' });
    stopButton.addEventListener('click', () => this.#do(stop(id), 'Stopped.'));
    this.state = make('span', { className: 'soft', textContent: ` since ${timeText(since)}` });
    const title = make('h2', { textContent: origin }, make('span', { className: 'soft', textContent: around }), this.state);
    this.element = make('section', { className: 'page', attributes: { 'aria-label': `Page of ${origin}` } },
      make('div', { className: 'bar' }, title, stopButton), this.#said, this.#grants, this.#list, this.#timeline.element);
  }

  update({ grants, connections }, time) {
    this.#showGrants(grants);
    for (const connection of connections) {
      let view = this.#connections.get(connection.id);
      if (!view) {
        view = new ConnectionView(connection);
        this.#connections.set(connection.id, view);
        this.#list.append(view.element);
      }
      view.update(connection, time);
    }
    const live = new Set(connections.map(({ id }) => id));
    for (const [id, view] of this.#connections) if (!live.has(id)) view.end();
  }

  log(call) {
    this.#timeline.add(call);
  }

  // end marks a page that has gone, and takes it away a while later.
  end(isGone, removed) {
    if (!isGone || this.#ended !== null) return;
    this.#ended = setTimeout(() => {
      this.element.remove();
      removed();
    }, keptMs);
    this.element.dataset.gone = '';
    for (const view of this.#connections.values()) view.end();
    this.state.textContent = ' has gone';
    for (const button of this.element.querySelectorAll('button.bad')) button.disabled = true;
  }

  // Buttons keep their focus: the list is only made anew when it has changed.
  #showGrants(grants) {
    const text = JSON.stringify(grants);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#grants.replaceChildren(...grants.map((grant) => this.#grantItem(grant)));
  }

  #grantItem({ id, words, effect, lasts, peer }) {
    const what = `${effect === 'allow' ? 'may' : 'may not'} ${words}, ${lasts}${peer ? ', only with a verified peer' : ''}`;
    const item = make('li', { textContent: what });
    const button = make('button', { type: 'button', className: 'bad', textContent: effect === 'allow' ? 'Revoke' : 'Forget' });
    button.addEventListener('click', () => this.#do(revoke(id), 'Taken back.'));
    item.append(button);
    return item;
  }

  #do(promise, done) {
    promise.then(() => (this.#said.textContent = done), (error) => (this.#said.textContent = `Not done: ${error.message}`));
  }
}
