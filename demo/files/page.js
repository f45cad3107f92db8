// Files between two tabs. Portcullis is the two lines marked; transfer.js is any WebRTC program.
import { Call } from '../call.js';
import { element, enterRoom, showState, takeFiles } from '../lobby.js';
import { startSession } from '../session.js'; // Portcullis
import { row } from './row.js';
import { Transfers } from './transfer.js';

const transfers = new Transfers();
let call = null;

try {
  const session = await startSession(); // Portcullis
  session.closed.then(({ reason }) => show('failed', `The host closed the session: ${reason}`));
  enter();
} catch (error) {
  show('failed', `Portcullis is not there: ${error.message}`);
}

function enter() {
  const room = enterRoom();
  room.addEventListener('together', ({ detail }) => begin(room, detail.offers));
  room.addEventListener('message', ({ detail }) => call?.hear(detail).catch(broken));
  room.addEventListener('alone', () => show('waiting'));
  room.addEventListener('full', () => show('full'));
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

function show(state, text) {
  showState('files', state, text);
}

// ---- what is done ----
transfers.addEventListener('outgoing', ({ detail }) => element('list').prepend(row(detail, 'out')));
transfers.addEventListener('incoming', ({ detail }) => element('list').prepend(row(detail, 'in')));

takeFiles('choose', (files) => {
  for (const file of files) transfers.add(file).catch(broken);
});
