// Attempts with what belongs to others: handles of another origin, its tokens, links that are not links.
import { bytesOfHex } from '/js/lib/hex.js';
import { Limits } from '/js/lib/names.js';
import { withoutOrigin } from './frames.js';
import { nameOf, post, RawLink, within } from './raw.js';

const guesses = 2000;

async function useHandles({ other }) {
  const { peer, channel, certificate } = await other.does('give');
  const link = await RawLink.open();
  const answers = [await link.ask('getStats', { peer }), await link.ask('makeGeneration', { peer }), await link.openChannel(peer),
    await link.openPeer({ certificate })];
  link.say('send', { channel, kind: 1, payload: new Uint8Array(100) });
  link.say('closeChannel', { channel });
  link.say('closePeer', { peer });
  link.say('dropCertificate', { certificate });
  await link.openPeer(); // all before it was dealt with
  link.close();
  const taken = answers.filter(({ name }) => name !== 'refused').length;
  const lives = await other.does('lives');
  return { held: taken === 0 && lives, count: taken, came: `8 uses: ${answers.length - taken} refused, 4 without effect; the other site's connection ${lives ? 'goes on' : 'is gone'}` };
}

async function guessHandles() {
  const link = await RawLink.open();
  const own = await link.openPeer();
  const random = new Uint32Array(guesses);
  crypto.getRandomValues(random);
  const answers = await Promise.all([...random].map((peer, at) => link.ask('getStats', { peer: at % 2 ? peer : own.peer + at + 1 })));
  link.close();
  const hits = answers.filter((answer) => answer?.name === 'stats').length;
  return { held: hits === 0, count: hits, came: `${guesses} guesses, half of them beside its own: ${hits} hits` };
}

async function endOf(ticket) {
  const link = await RawLink.open({ ticket, says: 'nothing' });
  link.say('hello', { version: Limits.protocolVersion, token: bytesOfHex(ticket.token) });
  const welcomed = await Promise.race([link.wait('welcome').then((message) => message !== null), link.ended.then(() => false)]);
  if (welcomed) link.close();
  return { welcomed, status: nameOf((await within(link.ended, 'the end of the link')).status) };
}

async function replayTokens({ other }) {
  const own = await post('/attack/token');
  const first = await RawLink.open({ ticket: own });
  const { ticket: stolen } = await other.does('give');
  const { url } = own;
  const forged = { url, token: own.token.replace(/^../, (two) => (two === '00' ? '01' : '00')) };
  const ends = [await endOf(own), await endOf(stolen), await endOf(forged), await endOf({ url, token: '' })];
  first.close();
  const welcomed = ends.filter((one) => one.welcomed).length;
  return { held: ends.every(({ status }) => status === 'DENIED'), count: welcomed,
    came: `used, stolen from the other site, forged, empty: ${ends.length - welcomed} of ${ends.length} refused` };
}

async function comeFromNowhere() {
  const opened = await withoutOrigin(await post('/attack/token'));
  return { held: !opened, count: opened ? 1 : 0, came: `a sandboxed frame with a good token: ${opened ? 'let in' : 'refused before its first byte'}` };
}

export const others = [
  { id: 'handles', title: 'Use another origin’s handles', tries: 'Another site gives its connection, channel and certificate away; this page uses each.',
    rule: 'X33: a handle is good on its own link', file: 'host/worker/handles.c', run: useHandles },
  { id: 'guess', title: 'Guess handles', tries: 'Asks about 2,000 handles that it was not given.',
    rule: 'X33: handles are drawn at random', file: 'host/worker/handles.c', run: guessHandles },
  { id: 'token', title: 'Replay and steal tokens', tries: 'Says HELLO with a token that was used, one of another site, one it made up, none.',
    rule: 'X32: once, and for its origin', file: 'host/broker/admission.c', run: replayTokens },
  { id: 'null', title: 'Come without an origin', tries: 'Connects from a sandboxed frame, whose origin is null.',
    rule: 'X32: an opaque origin gets nothing', file: 'host/broker/upgrade.c', run: comeFromNowhere },
];
