// A8, A9, X37 with the real indicator: whatever happens to its window or process, the capture process that
// it shows is gone.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { after, afterEach, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { within } from '../page.js';
import { missingWindows } from './asking.js';
import { Display, missingForDisplay } from './display.js';

const skip = missingWindows() || missingForDisplay();
const timeout = 60_000;
const origin = 'https://app.example';
const title = 'In use by sites';
const broker = fileURLToPath(new URL('../../../build/release/portcullis-broker', import.meta.url));
const running = [];
let display;

before(async () => {
  if (!skip) display = await Display.start();
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await within(ended, 'the broker to end');
  }
  if (!skip) await display.waitForWindows(title, 0);
});
after(() => display?.stop());

/** The pids of a process's children of that name, without those that only wait to be counted out. */
function childrenOf(parent, name) {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).map(Number).filter((pid) => {
    try {
      const [, state, of] = /^\d+ \(.*\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'));
      return Number(of) === parent && state !== 'Z' && readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith(`${name}\0`);
    } catch {
      return false;
    }
  });
}

async function until(condition, what) {
  let over = false;
  const poll = (async () => {
    while (!over && !condition()) await new Promise((resolve) => setImmediate(resolve));
  })();
  await within(poll, what).finally(() => (over = true));
}

/** A broker with the real indicator and a capture that it shows. */
async function capture() {
  const child = spawn(broker, ['--control-fd', '3', '--synthetic-devices', '--indicator', 'gtk', '--prompt', 'shell'],
    { stdio: ['ignore', 'inherit', 'inherit', 'pipe'], env: display.env });
  running.push(child);
  const control = child.stdio[3];
  control.on('error', () => {});
  const lines = createInterface({ input: control })[Symbol.asyncIterator]();
  const next = async (start) => {
    for (;;) {
      const { value } = await within(lines.next(), start);
      if (value.startsWith(start)) return value;
    }
  };
  // A window that takes long to come would end the capture: it stands already, because of a call.
  control.write(`ask call ${origin} ${origin} data\n`);
  await next('verdict call allow');
  const [window] = await display.waitForWindows(title, 1);
  control.write(`ask a ${origin} ${origin} microphone device=synthetic-microphone\n`);
  const [, id] = (await next('question')).split(' ');
  control.write(`answer ${id} allow duration=call devices=0\n`);
  await next('verdict a allow');
  await until(() => childrenOf(child.pid, 'portcullis-capture').length === 1, 'the capture to run');
  return { child, next, window };
}

async function expectGone({ child, next }, reason) {
  assert.equal(await next('ended a'), `ended a microphone ${reason}`);
  await until(() => childrenOf(child.pid, 'portcullis-capture').length === 0, 'the capture to be gone');
}

test('X37: an indicator that is killed takes the capture process with it', { skip, timeout }, async () => {
  const one = await capture();
  for (const pid of childrenOf(one.child.pid, 'portcullis-indicator')) process.kill(pid, 'SIGKILL');
  await expectGone(one, 'UNSEEN');
});

test('A9: an indicator that is minimised takes the capture process with it', { skip, timeout }, async () => {
  const one = await capture();
  await display.do('windowactivate', '--sync', one.window, 'windowminimize', one.window); // once it is managed
  await expectGone(one, 'UNSEEN');
});

test('A8: the stop button of the indicator ends the capture process', { skip, timeout }, async () => {
  const one = await capture();
  await display.do('windowactivate', '--sync', one.window, 'key', '--delay', '30', 'space');
  await expectGone(one, 'BLOCKED');
});
