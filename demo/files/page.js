// Files between two tabs. Portcullis is the four lines marked; transfer.js is any WebRTC program.
import { connect, install } from '/js/browser.js'; // Portcullis
import { Call } from '../call.js';
import { Room } from '../room.js';
import { row } from './row.js';
import { Transfers } from './transfer.js';

const element = (id) => document.getElementById(id);
const states = { waiting: 'Waiting for the other tab', connecting: 'Connecting', connected: 'Connected',
  failed: 'The call failed', full: 'This room already has two people' };
const transfers = new Transfers();
let call = null;

try {
  const ticket = await (await fetch('/token', { method: 'POST' })).json(); // Portcullis
  const session = await connect({ ...ticket, wasm: '/build/wasm/core.wasm' }); // Portcullis
  install(globalThis, session); // Portcullis: RTCPeerConnection is ours from here on
  session.closed.then(({ reason }) => show('failed', `The host closed the session: ${reason}`));
  enter();
} catch (error) {
  show('failed', `Portcullis is not there: ${error.message}`);
}

function enter() {
  if (location.hash.length < 2) history.replaceState(null, '', `#${crypto.randomUUID().slice(0, 8)}`);
  element('address').value = location.href;
  element('second').href = location.href;
  const room = new Room(location.hash.slice(1));
  room.addEventListener('together', ({ detail }) => begin(room, detail.offers));
  room.addEventListener('message', ({ detail }) => call?.hear(detail).catch(broken));
  room.addEventListener('alone', () => show('waiting'));
  room.addEventListener('full', () => show('full'));
  addEventListener('hashchange', () => location.reload());
  show('waiting');
}

function begin(room, offers) {
  call?.close();
  const fresh = new Call(room, ['files']);
  call = fresh;
  call.addEventListener('change', () => {
    if (fresh === call && ['connected', 'failed'].includes(fresh.state)) show(fresh.state);
  });
  transfers.use(call.files);
  show('connecting');
  if (offers) call.offer().catch(broken);
}

function broken(error) {
  show('failed', error.message);
}

function show(state, text = states[state]) {
  element('status').dataset.state = state;
  element('status').textContent = text;
  element('invite').hidden = state !== 'waiting';
}

// ---- what is done ----
transfers.addEventListener('outgoing', ({ detail }) => element('list').prepend(row(detail, 'out')));
transfers.addEventListener('incoming', ({ detail }) => element('list').prepend(row(detail, 'in')));

function add(files) {
  for (const file of files) transfers.add(file).catch(broken);
}

element('choose').addEventListener('click', () => element('file').click());
element('file').addEventListener('change', ({ target }) => {
  add([...target.files]);
  target.value = '';
});
element('copy').addEventListener('click', async () => {
  await navigator.clipboard.writeText(location.href);
  element('copy').textContent = 'Copied';
});
addEventListener('dragover', (event) => {
  event.preventDefault();
  document.body.dataset.drop = '';
});
addEventListener('dragleave', () => delete document.body.dataset.drop);
addEventListener('drop', (event) => {
  event.preventDefault();
  delete document.body.dataset.drop;
  add(event.dataTransfer.files);
});
