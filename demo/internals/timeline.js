// What a page asked of the host, and what the host told it, in order. The newest is at the end; the
// list follows it while its end is in view.
import { make, timeText } from './make.js';

const rowsMax = 500;
const atEnd = 4; /* pixels that still count as the end */

export class Timeline {
  #list = make('ol', { className: 'timeline', tabIndex: 0, attributes: { 'aria-label': 'Calls of this page, oldest first' } });
  #count = make('span', { className: 'soft' });
  #number = 0;

  constructor() {
    this.element = make('details', { open: true }, make('summary', {}, make('h3', { textContent: 'Timeline' }), this.#count), this.#list);
  }

  add({ time, connection, name, direction, detail }) {
    const list = this.#list;
    const follows = list.scrollHeight - list.scrollTop - list.clientHeight <= atEnd;
    list.append(make('li', { dataset: { direction } }, make('time', { textContent: timeText(time) }),
      make('b', { textContent: name }), ` ${[connection && `connection ${connection}`, detail].filter(Boolean).join(' · ')}`));
    while (list.childElementCount > rowsMax) list.firstElementChild.remove();
    this.#count.textContent = ` ${(this.#number += 1)}`;
    if (follows) list.scrollTop = list.scrollHeight;
  }
}
