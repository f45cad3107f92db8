// Questions as windows, on a display of their own: what keys and clicks do and when they do nothing.
import { after, afterEach, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ask, missingWindows, stopAll } from './asking.js';
import { Display, missingForDisplay } from './display.js';

const skip = missingWindows() || missingForDisplay();
const timeout = 60_000;
const media = {
  origin: 'https://app.example',
  rights: 'microphone,camera',
  block: 'yes',
  device: ['microphone:m1:Built-in microphone', 'microphone:m2:<b>Headset</b> & "more"', 'camera:c1:Front camera'],
};
const plain = { origin: 'https://app.example', rights: 'data', block: 'yes' };
const right = { microphone: 4, camera: 8, screen: 32, window: 64 };

let display;
before(async () => {
  if (!skip) display = await Display.start();
});
afterEach(async () => {
  await stopAll();
  if (!skip) await gone();
});
after(() => display?.stop());

/** Waits until no question stands on the display: the window manager puts the next one where none is. */
const gone = () => display.waitForWindows('^(Allow this site|Show your screen)', 0);

/** Asks, waits until it can be answered, does something, and gives what was answered. */
async function answerOf(question, act) {
  const asked = ask(display, question);
  await asked.until('armed');
  const answer = (await act(asked)) ?? (await asked.until('answer'));
  await asked.stop();
  await gone();
  return answer;
}

/** Presses keys one after the other in the window that has the focus. */
const keys = (...names) => display.do('key', '--delay', '30', ...names);

/** Opens the list that has the focus, goes to a row of it and takes that. */
async function choose(picture, ...names) {
  const before = await display.standing();
  await keys('space');
  const list = await display.waitForNew(before);
  await keys(...names);
  display.picture(picture);
  await keys('Return');
  await display.waitUntilGone(list);
}

/** Does something again and again until what was begun meanwhile is over, however that ends. */
async function hammer(words, begin) {
  let going = true;
  const done = (async () => {
    while (going) await display.do(...words);
  })();
  try {
    return await begin();
  } finally {
    going = false;
    await done;
  }
}

/** Does what answers a question until it is answered: on a slow machine it may be inert once more. */
const press = (asked, ...words) => hammer(words, () => asked.until('answer'));

test('Enter, Escape and closing a question are no', { skip, timeout }, async () => {
  assert.match(await answerOf(media, (asked) => press(asked, 'key', 'Return')), /^answer denied rights=0 /);
  assert.match(await answerOf(media, (asked) => press(asked, 'key', 'Escape')), /^answer denied rights=0 /);
  assert.match(await answerOf(media, (asked) => press(asked, 'key', 'alt+F4')), /^answer dismissed rights=0 /);
});

test('keys that are pressed before a person can have read it do nothing', { skip, timeout }, async () => {
  const asked = await hammer(['key', '--delay', '5', 'Return', 'Return', 'Return', 'Escape'], async () => {
    const question = ask(display, media);
    await question.until('answer');
    return question;
  });
  await asked.stop();
  assert.deepEqual(asked.all.slice(0, 3), ['put OK', 'shown', 'armed']);
});

test('a click that waits where Allow will be does nothing before a person can have read it', { skip, timeout }, async () => {
  const place = await allowPlace();
  await display.do('mousemove', place.x, place.y);
  const asked = await hammer(['click', '--repeat', '10', '--delay', '5', '1'], async () => {
    const question = ask(display, plain);
    await question.until('answer');
    return question;
  });
  await asked.stop();
  assert.match(asked.all.at(-1), /^answer allowed rights=1 /, 'the click was not on the button');
  assert.deepEqual(asked.all.slice(0, 3), ['put OK', 'shown', 'armed']);
  await display.do('mousemove', 5, 5);
});

/** Where the Allow button of the plain question is: found by a click that allows. */
async function allowPlace() {
  let place;
  const answer = await answerOf(plain, async (asked) => {
    const [window] = await display.windows('Allow this site');
    const { x, y, width, height } = await display.geometry(window);
    place = { x: x + width - 184, y: y + height - 38 };
    await display.do('mousemove', place.x, place.y);
    return press(asked, 'click', 1);
  });
  assert.match(answer, /^answer allowed rights=1 duration=call peer=any devices=$/);
  return place;
}

test('a window that is moved, or gets the focus again, can be answered only after a while', { skip, timeout }, async () => {
  const asked = ask(display, { ...plain, times: 2 });
  const lines = [];
  const count = (line) => lines.filter((one) => one === line).length;
  // The one that has the focus: the first may have it before the second is there, and keep it.
  while (count('shown') < 2 || count('armed') < 1) lines.push(await asked.line());
  const [first] = await display.waitForWindows('Allow this site', 2);
  await display.do('windowmove', first, 40, 40);
  await display.do('windowactivate', first);
  await asked.until('armed');
  await display.do('windowmove', first, 80, 90);
  await asked.until('armed');
  assert.match(await press(asked, 'key', 'Escape'), /denied/);
  await asked.stop();
});

test('who went on to the question by keys while it could not be answered is left there', { skip, timeout }, async () => {
  const answer = await answerOf(media, async (asked) => {
    const [window] = await display.windows('Allow this site');
    await display.do('windowmove', '--sync', window, 40, 40, 'key', 'Tab'); // from where "Don't allow" was to the microphone
    await asked.until('armed');
    await keys('Tab', 'Tab', 'space'); // past its list to the camera, which is left out
    return press(asked, 'key', 'alt+a');
  });
  assert.equal(answer, `answer allowed rights=${right.microphone} duration=call peer=any devices=0`);
});

test('with keys alone a device is chosen, a right left out, a time and the verified peer', { skip, timeout }, async () => {
  const question = { ...media, peer: 'ab12cd34ef567890'.repeat(4) };
  const answer = await answerOf(question, async (asked) => {
    await keys('Tab', 'Tab'); // from "Don't allow" to the microphone, its list
    await choose('prompt-device', 'Down');
    await keys('Tab', 'space'); // no camera
    await keys('Tab', 'Tab', 'space', 'Tab', 'Down', 'Down'); // the verified peer, the longest time
    return press(asked, 'key', 'alt+a');
  });
  assert.equal(answer, `answer allowed rights=${right.microphone} duration=site peer=only devices=1`);
});

test('Block is no and do not ask again, and is offered only where it may be', { skip, timeout }, async () => {
  assert.match(await answerOf(media, (asked) => press(asked, 'key', 'alt+b')), /^answer blocked rights=0 /);
  assert.match(await answerOf({ ...plain, block: [] }, (asked) => press(asked, 'key', '--delay', '30', 'alt+b', 'Escape')), /^answer denied /);
});

test('a screen is asked about by another window, and only once one was chosen', { skip, timeout }, async () => {
  const question = {
    origin: 'https://app.example', rights: 'screen,window', durations: 'call',
    device: ['screen:s1:Built-in display', 'window:w1:Mail'],
  };
  const answer = await answerOf(question, async (asked) => {
    assert.equal((await display.windows('Show your screen')).length, 1);
    assert.equal((await display.windows('Allow this site')).length, 0);
    display.picture('prompt-screen');
    await keys('alt+a'); // nothing is chosen yet
    await keys('Tab');
    await choose('prompt-screens', 'Down', 'Down');
    return press(asked, 'key', 'alt+a');
  });
  assert.equal(answer, `answer allowed rights=${right.window} duration=call peer=any devices=1`);
});

test('a prompt that is killed has dismissed its question', { skip, timeout }, async () => {
  const answer = await answerOf(media, (asked) => asked.children().forEach((pid) => process.kill(pid, 'SIGKILL')));
  assert.match(answer, /^answer dismissed rights=0 /);
});

test('a question that is withdrawn goes from the screen and has no answer', { skip, timeout }, async () => {
  const asked = ask(display, media);
  await asked.until('armed');
  asked.write('withdraw');
  await asked.until('withdrawn');
  await display.waitForWindows('Allow this site', 0);
  await asked.stop();
  assert.ok(!asked.all.some((line) => line.startsWith('answer')));
});

test('no more than four questions stand on the screen', { skip, timeout }, async () => {
  const asked = ask(display, { ...plain, times: 5 });
  for (const status of ['OK', 'OK', 'OK', 'OK', 'NO_SPACE']) assert.equal(await asked.until('put'), `put ${status}`);
  await asked.stop();
  await display.waitForWindows('Allow this site', 0);
});

test('a window can gain no privilege and knows only the variables it needs', { skip, timeout }, async () => {
  const asked = ask({ env: { ...display.env, SECRET: 'not for windows' } }, media);
  await asked.until('shown');
  const [pid] = asked.children();
  assert.match(readFileSync(`/proc/${pid}/status`, 'utf8'), /^NoNewPrivs:\t1$/m);
  assert.equal(readFileSync(`/proc/${pid}/limits`, 'utf8').match(/Max core file size +(\d+)/)[1], '0');
  if (process.getuid() === 0) {
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').map((variable) => variable.split('=')[0]);
    assert.deepEqual(names.filter(Boolean).sort(), ['DISPLAY', 'HOME', 'LANG', 'XDG_CONFIG_HOME']);
  }
  await asked.stop();
});

test('where there is a display, auto asks by a window', { skip, timeout }, async () => {
  const asked = ask(display, plain, 'auto');
  assert.equal(await asked.line(), 'put OK');
  await display.waitForWindows('Allow this site', 1);
  await asked.stop();
});

test('without a display nobody is asked', { skip, timeout }, async () => {
  const asked = ask({ env: { PATH: process.env.PATH } }, media);
  assert.equal(await asked.line(), 'put UNSUPPORTED');
  await asked.stop();
});

test('questions look as pictures of them show (build/screens)', { skip, timeout }, async (t) => {
  const full = { ...media, embedder: 'https://portal.example:8443', peer: 'ab12cd34ef567890'.repeat(4) };
  const pictures = {
    light: [{}, { media: full, idn: { ...plain, origin: 'https://xn--mnchen-3ya.example' }, risky: { ...plain, origin: 'https://xn--80ak6aa92e.example' } }],
    dark: [{ dark: true }, { media: full }],
    small: [{ size: '800x480' }, { media: full, long: { ...plain, origin: `https://accounts.example.${'a-very-long-name.'.repeat(8)}example` } }],
  };
  const take = async (name, [look, questions]) => {
    const own = await Display.start(look);
    t.after(() => own.stop());
    for (const [what, question] of Object.entries(questions)) {
      const asked = ask(own, question);
      await asked.until('armed');
      own.picture(`prompt-${what}-${name}`);
      await asked.stop();
    }
  };
  await Promise.all(Object.entries(pictures).map(([name, picture]) => take(name, picture)));
});
