// Attempts against the person: answering for them, wearing them down, hiding what runs, keeping what was
// taken back.
import { Right } from '/js/lib/names.js';
import { nameOf, post, RawLink } from './raw.js';

const refusalsUntilQuiet = 3; /* host/broker/patience.h */
const askFor = (link) => link.ask('requestRight', { right: Right.localAddresses });

function pressEverything() {
  const targets = [document.activeElement, document.body, window, ...document.querySelectorAll('button, a')];
  for (const target of targets) {
    for (const key of ['Enter', ' ', 'y', 'Tab']) target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    target.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, clientX: 200, clientY: 300 }));
  }
  window.focus();
  return targets.length * 5;
}

async function clickThrough() {
  const link = await RawLink.open();
  let answer = null;
  let pressed = 0;
  const answered = askFor(link).then((message) => (answer = message));
  while (!answer && pressed < 100_000) {
    pressed += pressEverything();
    await new Promise((done) => setTimeout(done, 10));
  }
  const { name } = await answered;
  link.close();
  const got = name === 'rightGranted' ? 1 : 0;
  return { held: got === 0, count: got, came: `${pressed.toLocaleString('en-US')} keys and clicks while the person thought: the answer was theirs, no` };
}

async function wearDown() {
  const link = await RawLink.open();
  const together = await Promise.all(Array.from({ length: 20 }, () => askFor(link)));
  const after = [];
  for (let i = 0; i < 30; i++) after.push(await askFor(link));
  link.close();
  const granted = [...together, ...after].filter(({ name }) => name === 'rightGranted').length;
  const { questions, mostAtOnce } = await post('/attack/person');
  const mine = questions.filter(({ origin }) => origin === location.origin).length;
  return { held: granted === 0 && mine <= refusalsUntilQuiet && mostAtOnce <= 1, count: granted,
    came: `50 more requests: ${mine} questions in all, ${mostAtOnce} at a time, then quiet; granted ${granted}` };
}

function hang(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end); // the page answers nobody
}

async function hideIndicator() {
  const link = await RawLink.open();
  await link.openPeer();
  await post('/attack/person', { watch: true });
  for (let i = 0; i < 100; i++) link.say('closePeer', { peer: (await link.openPeer()).peer });
  for (let i = 0; i < 1000; i++) link.say('closePeer', { peer: i });
  hang(500);
  const { sees } = await post('/attack/person');
  link.close();
  return { held: sees.calls > 0 && sees.gaps === 0, count: sees.gaps, came: `100 connections opened and closed, 1,000 closed that are not there, 0.5 s hung: the indicator shows ${sees.calls}, and never lost it` };
}

async function outlastStop() {
  const link = await RawLink.open();
  await link.openPeer();
  await post('/attack/stop', { afterMs: 100 });
  hang(1000);
  const hungUntil = Date.now();
  const { at } = await post('/attack/stopped');
  const ended = await link.wait('peerEnded');
  const again = await link.openPeer();
  link.close();
  const isDenied = again.name === 'refused' && nameOf(again.status) === 'DENIED';
  return { held: at < hungUntil && ended !== null && isDenied, count: isDenied ? 0 : 1,
    came: `stopped ${((hungUntil - at) / 1000).toFixed(1)} s before the page came to itself; a new connection: ${again.name === 'refused' ? nameOf(again.status) : 'opened'}` };
}

async function useOldGrants({ other }) {
  const first = await other.does('ask');
  const asAgain = await other.does('ask'); // held: nobody is asked
  await other.does('leave');
  const expired = await other.does('ask');
  const second = await other.does('ask');
  const { revoked } = await post('/attack/revoke');
  const after = await other.does('ask');
  const { questions } = await post('/attack/person');
  const asked = questions.filter(({ origin }) => origin !== location.origin);
  const bothNamed = asked.every(({ embedder }) => embedder === location.origin);
  const kept = [expired, after].filter(Boolean).length;
  return { held: first && asAgain && second && revoked === 1 && kept === 0 && asked.length === 4 && bothNamed, count: kept,
    came: `allowed, then left: asked again; allowed, then revoked: asked again; each time the question named both sites` };
}

export const people = [
  { id: 'click', title: 'Click the prompt through', tries: 'Asks for a right and presses every key and button it can reach while the question stands.',
    rule: 'X35: the question is no part of the page', file: 'host/broker/questions.c', run: clickThrough },
  { id: 'again', title: 'Ask until somebody gives in', tries: 'Asks 20 times at once and 30 times in a row after a no.',
    rule: 'X35: one question, then quiet', file: 'host/broker/patience.c', run: wearDown },
  { id: 'grant', title: 'Use an expired or revoked grant', tries: 'A site in a frame was allowed something: it goes on after its page has gone, and after it was taken back.',
    rule: 'R6: a grant ends with its page, or at once', file: 'core/policy/permissions.c', run: useOldGrants },
  { id: 'indicator', title: 'Hide from the indicator', tries: 'Opens and closes in a flood, closes what is not its own, hangs.',
    rule: 'A8: the broker counts, not the page', file: 'host/broker/consent_show.c', run: hideIndicator },
  { id: 'stop', title: 'Outlast the stop control', tries: 'Hangs while the person presses Stop, then begins anew.',
    rule: 'A8: the stop needs no page', file: 'host/broker/pages.c', run: outlastStop },
];
