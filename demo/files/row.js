// One file in the list: how far it is, how fast, and what can be done about it.
import { sizeText, timeText } from '../units.js';
import { store } from './store.js';

const rateMs = 2000; /* the rate is that of the last two seconds */
const texts = {
  out: { waiting: 'Waiting for the other tab to take it', held: 'Paused', checking: 'Sent, being checked', done: 'Sent', failed: 'The other tab does not want it' },
  in: { waiting: 'Offered by the other tab', held: 'Paused', checking: 'Being checked', done: 'Received', failed: 'Not kept' },
};

export function row(file, way) {
  const item = make('li', { className: 'file' });
  item.dataset.way = way;
  const name = make('strong', { textContent: file.name });
  const bar = make('progress', { max: Math.max(file.size, 1) });
  bar.setAttribute('aria-label', `Progress of ${file.name}`);
  const line = make('p', { className: 'line' });
  const buttons = make('p', { className: 'buttons' });
  item.append(name, bar, line, buttons);
  const rate = new Rate();
  let shown = '';
  const draw = () => {
    bar.value = file.at;
    item.dataset.state = file.state;
    line.textContent = lineOf(file, way, rate.of(file.at));
    if (shown === file.state) return;
    shown = file.state;
    buttons.replaceChildren(...buttonsOf(file, way, item));
  };
  let asked = false;
  file.addEventListener('change', () => {
    rate.at(file.at);
    if (asked && shown === file.state) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  });
  draw();
  return item;
}

function lineOf({ state, at, size, sha256, why }, way, rate) {
  const said = state === 'moving' ? '' : `${why ?? texts[way][state]}. `;
  const speed = state === 'moving' && rate > 0 ? ` · ${sizeText(rate)}/s · ${timeText((size - at) / rate)} left` : '';
  const check = state === 'done' ? `. SHA-256 ${sha256}` : '';
  return `${said}${at === size ? sizeText(size) : `${sizeText(at)} of ${sizeText(size)}`}${speed}${check}`;
}

function buttonsOf(file, way, item) {
  const button = (textContent, done, className = '') => {
    const one = make('button', { type: 'button', textContent, className });
    one.addEventListener('click', done);
    return one;
  };
  if (file.state === 'moving') return [button('Pause', () => file.hold())];
  if (way === 'out') return file.state === 'held' ? [button('Continue', () => file.resume(), 'main')] : [];
  if (file.state === 'waiting') return [button('Receive', () => file.accept(), 'main'), button('Refuse', () => file.refuse())];
  if (file.state === 'held') return [button('Continue', () => file.accept(), 'main'), button('Refuse', () => file.refuse())];
  if (file.state !== 'done') return [];
  const save = make('a', { className: 'button main', textContent: 'Save', download: file.name });
  store.file(file.id).then((kept) => (save.href = URL.createObjectURL(kept)));
  return [save, button('Forget', async () => {
    URL.revokeObjectURL(save.href);
    await store.remove(file.id);
    item.remove();
  })];
}

// Bytes per second over the last moments.
class Rate {
  #marks = [];

  at(bytes) {
    const now = performance.now();
    this.#marks.push({ now, bytes });
    while (this.#marks[0].now < now - rateMs) this.#marks.shift();
  }

  of(bytes) {
    const [first] = this.#marks;
    const ms = performance.now() - (first?.now ?? 0);
    return first && ms > 100 ? Math.max(0, ((bytes - first.bytes) * 1000) / ms) : 0;
  }
}

function make(tag, members) {
  return Object.assign(document.createElement(tag), members);
}
