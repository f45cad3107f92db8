// Two-party chat and files between two tabs. Portcullis is two lines, marked below; the rest is a
// page as any WebRTC page is.
import { Call } from '../call.js';
import { sizeText } from '../units.js';
import { Sender, receive } from './files.js';
import { element, enterRoom, showState, takeFiles } from '../lobby.js';
import { startSession } from '../session.js'; // Portcullis

let room;
let call = null;
let sender;

try {
  const session = await startSession(); // Portcullis
  session.closed.then(({ reason }) => show('failed', `The host closed the session: ${reason}`));
  enter();
} catch (error) {
  show('failed', `Portcullis is not there: ${error.message}`);
}

// ---- the room ----
function enter() {
  room = enterRoom();
  room.addEventListener('together', ({ detail }) => begin(detail.offers));
  room.addEventListener('message', ({ detail }) => call?.hear(detail).catch(broken));
  room.addEventListener('alone', () => end('The other tab has left.'));
  room.addEventListener('full', () => show('full'));
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
function show(state, text) {
  showState('chat', state, text);
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
takeFiles('attach', sendFiles);
