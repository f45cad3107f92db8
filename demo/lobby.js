// What the demo pages for two tabs have in common: the status at the top, the invitation to a second
// tab, and files that are dropped or chosen.
import { Room } from './room.js';

const states = { waiting: 'Waiting for the other tab', connecting: 'Connecting', connected: 'Connected',
  failed: 'The call failed', full: 'This room already has two people' };

export const element = (id) => document.getElementById(id);

// showState says how the call stands. name: the page's, for its title.
export function showState(name, state, text = states[state]) {
  element('status').dataset.state = state;
  element('status').textContent = text;
  element('invite').hidden = state !== 'waiting';
  document.title = `${text} · Portcullis ${name}`;
}

// enterRoom takes a seat in the room that the address names, and makes one up when it names none.
export function enterRoom() {
  if (location.hash.length < 2) history.replaceState(null, '', `#${crypto.randomUUID().slice(0, 8)}`);
  element('address').value = location.href;
  element('second').href = location.href;
  element('copy').addEventListener('click', async () => {
    await navigator.clipboard.writeText(location.href);
    element('copy').textContent = 'Copied';
  });
  addEventListener('hashchange', () => location.reload());
  return new Room(location.hash.slice(1));
}

// takeFiles gives the files that are chosen by a button, or dropped anywhere.
export function takeFiles(button, take) {
  element(button).addEventListener('click', () => element('file').click());
  element('file').addEventListener('change', ({ target }) => {
    take([...target.files]);
    target.value = '';
  });
  addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.dataset.drop = '';
  });
  addEventListener('dragleave', () => delete document.body.dataset.drop);
  addEventListener('drop', (event) => {
    event.preventDefault();
    delete document.body.dataset.drop;
    take([...event.dataTransfer.files]);
  });
}
