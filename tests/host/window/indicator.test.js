// The indicator's window: it says what is in use, stops it, and no page's capture outlives its sight.
import { after, afterEach, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Told, missingWindows, stopAll } from './asking.js';
import { Display, missingForDisplay } from './display.js';

const skip = missingWindows() || missingForDisplay();
const timeout = 60_000;
const call = 'https://app.example https://app.example data,microphone 1 verified';
const inside = 'https://app.example https://portal.example data 2 anybody';
const title = 'In use by sites';

let display;
before(async () => {
  if (!skip) display = await Display.start();
});
afterEach(stopAll);
after(() => display?.stop());

/** An indicator that shows these lines and is seen. */
async function indicate(where, ...lines) {
  const told = new Told('portcullis-indicating', [], where.env);
  told.write(`show ${lines.join(' ')}`);
  assert.equal(await told.line(), 'show OK');
  assert.equal(await told.line(), 'seen yes');
  return told;
}

async function expectUnseen(told) {
  assert.equal(await told.line(), 'seen no');
}

test('a stop is told for the line whose button was pressed', { skip, timeout }, async () => {
  const told = await indicate(display, call, inside);
  const [window] = await display.waitForWindows(title, 1);
  await display.do('windowactivate', '--sync', window, 'key', '--delay', '30', 'space');
  assert.equal(await told.line(), 'stop https://app.example https://app.example');
  await display.do('key', '--delay', '30', 'Tab', 'space');
  assert.equal(await told.line(), 'stop https://app.example https://portal.example');
});

test('a stop that is being pressed when the line changes is told', { skip, timeout }, async () => {
  const more = 'https://app.example https://app.example data,microphone,camera 2 verified';
  const told = await indicate(display, call);
  const [window] = await display.waitForWindows(title, 1);
  await display.do('windowactivate', '--sync', window, 'keydown', 'space');
  told.write(`show ${inside} ${more}`);
  assert.equal(await told.line(), 'show OK');
  await display.do('keyup', 'space');
  assert.equal(await told.line(), 'stop https://app.example https://app.example');
});

test('an indicator that is minimised is not seen, and seen again when it is back', { skip, timeout }, async () => {
  const told = await indicate(display, call);
  const [window] = await display.waitForWindows(title, 1);
  await display.do('windowminimize', window);
  await expectUnseen(told);
  await display.do('windowactivate', window);
  assert.equal(await told.line(), 'seen yes');
});

test('an indicator that is closed is not seen, and comes back for what is new', { skip, timeout }, async () => {
  const told = await indicate(display, inside);
  await display.do('windowactivate', '--sync', (await display.waitForWindows(title, 1))[0], 'key', 'alt+F4');
  await expectUnseen(told);
  told.write(`show ${inside}`);
  assert.equal(await told.line(), 'show OK');
  assert.equal((await display.windows(title)).length, 0);
  told.write(`show ${inside} ${call}`);
  assert.equal(await told.line(), 'show OK');
  assert.equal(await told.line(), 'seen yes');
});

test('the indicator stays above other windows, so that it can be pressed', { skip, timeout }, async () => {
  const told = await indicate(display, call);
  const [window] = await display.waitForWindows(title, 1);
  const { x, y, width } = await display.geometry(window);
  const over = new Told('portcullis-asking', ['gtk', 'origin=https://other.example', 'rights=data', 'durations=call'], display.env);
  await over.until('shown');
  const [prompt] = await display.waitForWindows('Allow this site', 1);
  await display.do('windowmove', '--sync', prompt, x, y, 'windowactivate', prompt, 'windowraise', prompt);
  await over.until('armed');
  display.picture('indicator-above');
  await display.do('mousemove', x + width - 73, y + 119, 'click', 1);
  assert.equal(await told.line(), 'stop https://app.example https://app.example');
  await display.do('mousemove', 5, 5); // not sooner: while the window manager holds the click, it would be let go there
});

test('an indicator that is killed is not seen, and starts anew', { skip, timeout }, async () => {
  const told = await indicate(display, call);
  process.kill(told.children()[0], 'SIGKILL');
  await expectUnseen(told);
  told.write(`show ${inside}`);
  assert.equal(await told.line(), 'show OK');
  assert.equal(await told.line(), 'seen yes');
});

test('an indicator that hangs is not seen, and is ended', { skip, timeout }, async () => {
  const told = await indicate(display, call);
  const [pid] = told.children();
  process.kill(pid, 'SIGSTOP');
  await expectUnseen(told);
  await display.waitForWindows(title, 0);
});

test('when nothing is in use the window goes without a word, and comes back', { skip, timeout }, async () => {
  const told = await indicate(display, call);
  told.write('show');
  assert.equal(await told.line(), 'show OK');
  await display.waitForWindows(title, 0);
  told.write(`show ${call}`);
  assert.equal(await told.line(), 'show OK');
  assert.equal(await told.line(), 'seen yes');
});

test('without a display nothing is shown, so nothing may be captured', { skip, timeout }, async () => {
  const told = new Told('portcullis-indicating', [], { PATH: process.env.PATH });
  told.write(`show ${call}`);
  assert.equal(await told.line(), 'show UNSUPPORTED');
});

test('more lines than can be shown are refused', { skip, timeout }, async () => {
  const told = await indicate(display, call);
  told.write(`show ${Array(65).fill(call).join(' ')}`);
  assert.equal(await told.line(), 'show RANGE');
});

test('the indicator looks as pictures of it show (build/screens)', { skip, timeout }, async (t) => {
  const lines = [
    'https://app.example https://app.example data,microphone,camera 1 verified',
    'https://xn--mnchen-3ya.example https://portal.example:8443 data,screen 2 anybody',
    'http://localhost:8080 http://localhost:8080 data,local-addresses 3 anybody',
  ];
  for (const dark of [false, true]) {
    const own = await Display.start({ dark });
    t.after(() => own.stop());
    const told = await indicate(own, ...lines);
    await own.waitForWindows(title, 1);
    own.picture(`indicator-${dark ? 'dark' : 'light'}`);
    await told.stop();
  }
});
