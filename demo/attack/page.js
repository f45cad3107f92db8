// The attack page: every attempt in turn, each with what came of it and what stopped it.
import { OtherSite } from './frames.js';
import { garbage } from './garbage.js';
import { others } from './others.js';
import { people } from './people.js';
import { post } from './raw.js';
import { secrets } from './secrets.js';
import { strangers } from './strangers.js';

const all = [...secrets, ...others, ...garbage, ...people, ...strangers];
const named = all.filter(({ id }) => location.hash === `#${id}`); // #keys: that one alone
const attempts = named.length > 0 ? named : all;
const element = (id) => document.getElementById(id);
const texts = { waiting: 'not yet', running: 'trying', held: 'held', broke: 'broke' };

function make(tag, members, ...children) {
  const one = Object.assign(document.createElement(tag), members);
  one.append(...children);
  return one;
}

// A row of the list: show(state, came).
function rowOf({ id, title, tries, rule, file }) {
  const lamp = make('span', { className: 'lamp' });
  const came = make('p', { className: 'came', hidden: true });
  const stopped = make('p', {}, `Stopped by ${rule}: `, make('code', { textContent: file }));
  const item = make('li', { className: 'attempt', id: `attempt-${id}` }, make('h2', { textContent: title }), lamp,
    make('p', { textContent: tries }), came, stopped);
  const show = (state, text = '') => {
    item.dataset.state = state;
    lamp.textContent = texts[state];
    came.textContent = text;
    came.hidden = text === '';
    stopped.hidden = state === 'broke';
  };
  show('waiting');
  return { item, show };
}

async function attack(attempt, row, range) {
  row.show('running');
  try {
    const { held, came } = await attempt.run(range);
    row.show(held ? 'held' : 'broke', came);
    return held;
  } catch (error) {
    row.show('broke', `The attempt itself failed: ${error.message}`); // what was not seen to hold did not
    return false;
  }
}

function showStatus(state, text) {
  element('status').dataset.state = state;
  element('status').textContent = text;
}

const rows = attempts.map(rowOf);
let other = null;

async function runAll() {
  element('run').disabled = true;
  showStatus('waiting', 'Attacking');
  rows.forEach(({ show }) => show('waiting'));
  let held = 0;
  try {
    const begun = await post('/attack/begin');
    other ??= await OtherSite.open(begun.other);
    await other.does('leave');
    for (const [at, attempt] of attempts.entries()) {
      held += (await attack(attempt, rows[at], { other })) ? 1 : 0;
      element('tally').textContent = `${held} held, ${at + 1 - held} broke, of ${attempts.length}`;
    }
    showStatus(held === attempts.length ? 'connected' : 'failed', held === attempts.length ? 'All attempts held' : `${attempts.length - held} broke`);
  } catch (error) {
    showStatus('failed', `The attack could not begin: ${error.message}`);
  }
  element('run').textContent = 'Attack again';
  element('run').disabled = false;
  element('run').focus();
}

element('list').append(...rows.map(({ item }) => item));
element('run').addEventListener('click', runAll);
