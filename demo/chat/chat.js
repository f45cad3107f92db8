// Two-party chat and files between two tabs. Portcullis is four lines, marked below; the rest is a
// page as any WebRTC page is.
import { connect, install } from '/js/browser.js'; // Portcullis
import { Call } from '../call.js';
import { sizeText } from '../units.js';
import { Sender, receive } from './files.js';
import { Room } from '../room.js';

const element = (id) => document.getElementById(id);
const states = { waiting: 'Waiting for the other tab', connecting: 'Connecting', connected: 'Connected',
  failed: 'The call failed', full: 'This room already has two people' };

let room;
let call = null;
let sender;

try {
  const ticket = await (await fetch('/token', { method: 'POST' })).json(); // Portcullis
  const session = await connect({ ...ticket, wasm: '/build/wasm/core.wasm' }); // Portcullis
  install(globalThis, session); // Portcullis: RTCPeerConnection is ours from here on
  session.closed.then(({ reason }) => show('failed', `The host closed the session: ${reason}`));
  enter();
} catch (error) {
  show('failed', `Portcullis is not there: ${error.message}`);
}

// ---- the room ----
function enter() {
  if (location.hash.length < 2) history.replaceState(null, '', `#${crypto.randomUUID().slice(0, 8)}`);
  element('address').value = location.href;
  element('second').href = location.href;
  room = new Room(location.hash.slice(1));
  room.addEventListener('together', ({ detail }) => begin(detail.offers));
  room.addEventListener('message', ({ detail }) => call?.hear(detail).catch(broken));
  room.addEventListener('alone', () => end('The other tab has left.'));
  room.addEventListener('full', () => show('full'));
  addEventListener('hashchange', () => location.reload());
  show('waiting');
}

function begin(offers) {
  call?.close();
  call = new Call(room, ['chat', 'files']);
  call.addEventListener('change', changed);
  call.chat.addEventListener('message', ({ data }) => add('them', String(data)));
  sender = new Sender(call.files);
  receive(call.files, (file) => transfer('them', file));
  show('connecting');
  if (offers) call.offer().catch(broken);
}

async function changed() {
  if (call.state === 'failed') show('failed');
  if (call.state !== 'connected') return;
  show('connected');
  const facts = await call.facts();
  element('facts').replaceChildren(...facts.flatMap(([name, value]) => [make('dt', name), make('dd', value)]));
}

function end(why) {
  if (!call) return;
  call.close();
  call = null;
  add('room', why);
  show('waiting');
}

function broken(error) {
  show('failed', error.message);
}

// ---- what is seen ----
function show(state, text = states[state]) {
  element('status').dataset.state = state;
  element('status').textContent = text;
  element('invite').hidden = state !== 'waiting';
  element('security').hidden = state !== 'connected';
  for (const id of ['text', 'send', 'attach']) element(id).disabled = state !== 'connected';
  if (state === 'connected') element('text').focus();
}

function make(tag, text = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function add(from, text) {
  const item = make('li', text);
  item.dataset.from = from;
  if (from !== 'room') {
    const who = make('span', from === 'me' ? 'You: ' : 'Other tab: ');
    who.className = 'who';
    item.prepend(who);
  }
  element('log').append(item);
  item.scrollIntoView({ block: 'end' });
  return item;
}

// transfer shows a file on its way and, when it came to us, the link to save it.
function transfer(from, { name, size }) {
  const item = add(from, `${name}, ${sizeText(size)}`);
  const bar = make('progress');
  bar.max = Math.max(size, 1);
  bar.setAttribute('aria-label', `Progress of ${name}`);
  item.append(bar);
  return {
    progress: (bytes) => {
      bar.value = bytes;
    },
    done: (blob) => {
      const link = make('a', `Save ${name}`);
      link.href = URL.createObjectURL(blob);
      link.download = name;
      bar.replaceWith(document.createElement('br'), link);
    },
    sent: () => bar.remove(),
    failed: (why) => bar.replaceWith(make('span', ` was not sent: ${why}`)),
  };
}

function sendFiles(files) {
  if (call?.state !== 'connected') return;
  for (const file of files) {
    const seen = transfer('me', file);
    sender.send(file, seen.progress).then(seen.sent, (error) => seen.failed(error.message));
  }
}

// ---- what is done ----
element('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = element('text').value.trim();
  if (!text || call?.chat.readyState !== 'open') return;
  call.chat.send(text);
  add('me', text);
  element('text').value = '';
});
element('attach').addEventListener('click', () => element('file').click());
element('file').addEventListener('change', ({ target }) => {
  sendFiles([...target.files]);
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
  sendFiles([...event.dataTransfer.files]);
});
