// The grant is the process: a capture process runs while its use lives, and not a turn longer, whoever
// hangs. Devices are synthetic; whether it runs is read from the system's own list of processes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { after, test } from 'node:test';
import { Right, Status } from '../../../js/lib/names.js';
import { startBroker, startConsent } from '../../../js/node.js';
import { brokerPath, within } from '../page.js';
import { Client, helloFrame } from '../websocket.js';

const origin = 'https://app.example';
const closing = [];
after(async () => {
  for (const close of closing.reverse()) await close();
});

async function begin({ show = () => {}, answer = { kind: 'allow', duration: 'call' }, args = ['--synthetic-devices'] } = {}) {
  const consent = await startConsent({ broker: brokerPath, args, prompt: async () => answer, indicator: { show } });
  closing.push(() => consent.close());
  await consent.seen(true);
  return consent;
}

/** Facts of a process, or null when it has gone or only waits to be counted out. */
function factsOf(pid) {
  try {
    const [, state, parent] = /^\d+ \(.*\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    const name = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
    return state === 'Z' ? null : { pid, parent: Number(parent), name };
  } catch {
    return null;
  }
}

/** What the broker's capture processes capture now. */
function capturesOf(broker) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => factsOf(Number(pid)))
    .filter((facts) => facts?.parent === broker && facts.name[0] === 'portcullis-capture');
}

const kindsOf = (broker) => capturesOf(broker).map(({ name }) => name[1]).sort();

async function until(condition, what) {
  let over = false;
  const poll = (async () => {
    while (!over && !condition()) await new Promise((resolve) => setImmediate(resolve));
  })();
  await within(poll, what).finally(() => (over = true));
}

const deviceOf = (right) => `synthetic-${right}`;
const ask = (consent, right) => consent.ask({ origin, rights: right, device: deviceOf(right) });

test('X31: no capture process without a yes, and one for each device once there is', async () => {
  let answered;
  const question = new Promise((resolve) => (answered = resolve));
  const consent = await startConsent({ broker: brokerPath, args: ['--synthetic-devices'], indicator: { show() {} },
    prompt: () => question });
  closing.push(() => consent.close());
  await consent.seen(true);
  const verdict = ask(consent, 'microphone');
  await consent.grants(); // the broker has the question and waits
  assert.deepEqual(kindsOf(consent.pid), []);
  answered({ kind: 'allow', duration: 'call' });
  assert.equal((await verdict).allowed, true);
  await until(() => kindsOf(consent.pid).length === 1, 'the capture to run');
  await ask(consent, 'camera');
  await until(() => kindsOf(consent.pid).length === 2, 'the second to run');
  assert.deepEqual(kindsOf(consent.pid), ['camera', 'microphone']);
});

test('what is refused is not captured, nor a device that the shell captures by itself', async () => {
  const consent = await begin({ answer: { kind: 'deny' } });
  assert.equal((await ask(consent, 'camera')).allowed, false);
  assert.deepEqual(kindsOf(consent.pid), []);
  const own = await begin();
  assert.equal((await own.ask({ origin, rights: 'camera', device: 'usb' })).allowed, true);
  await own.grants();
  assert.deepEqual(kindsOf(own.pid), []);
  const without = await begin({ args: [] });
  assert.equal((await ask(without, 'camera')).allowed, true);
  await without.grants();
  assert.deepEqual(kindsOf(without.pid), []);
});

const ends = {
  'the grant is revoked': async (consent) => consent.revoke((await consent.grants())[0].id),
  'the person presses stop': (consent) => consent.stop(origin),
  'the indicator is not seen': (consent) => consent.seen(false),
  'the origin is reset': (consent) => consent.resetOrigin(origin),
  'everything is forgotten': (consent) => consent.forgetEverything(),
  'the use is over': (consent, verdict) => verdict.end(),
};
for (const [how, end] of Object.entries(ends)) {
  test(`A8, A9, X37: the capture process is gone when ${how}`, async () => {
    const consent = await begin();
    const verdict = await ask(consent, 'microphone');
    await until(() => kindsOf(consent.pid).length === 1, 'the capture to run');
    const [{ pid }] = capturesOf(consent.pid);
    await end(consent, verdict);
    await until(() => factsOf(pid) === null, 'the capture to be gone');
    await within(verdict.ended, 'the end');
    assert.deepEqual(kindsOf(consent.pid), []);
  });
}

test('a capture process that is stopped by a signal still ends with its grant', async () => {
  const consent = await begin();
  const verdict = await ask(consent, 'screen');
  await until(() => kindsOf(consent.pid).length === 1, 'the capture to run');
  const [{ pid }] = capturesOf(consent.pid);
  process.kill(pid, 'SIGSTOP');
  await consent.stop(origin);
  await until(() => factsOf(pid) === null, 'the capture to be gone');
  assert.equal(await within(verdict.ended, 'the end'), 'BLOCKED');
});

test('a capture that ends by itself ends its use, and one that dies does not come back', async () => {
  const shown = [];
  const consent = await begin({ show: (lines) => shown.push(lines) });
  const verdict = await ask(consent, 'microphone');
  await until(() => kindsOf(consent.pid).length === 1, 'the capture to run');
  process.kill(capturesOf(consent.pid)[0].pid, 'SIGKILL');
  assert.equal(await within(verdict.ended, 'the end'), 'CAPTURE_ENDED');
  await consent.grants();
  assert.deepEqual(kindsOf(consent.pid), []);
  assert.deepEqual(shown.at(-1), []);
});

test('captures end with the broker, however it ends', async () => {
  const consent = await startConsent({ broker: brokerPath, args: ['--synthetic-devices'], indicator: { show() {} },
    prompt: async () => ({ kind: 'allow', duration: 'call' }) });
  await consent.seen(true);
  await ask(consent, 'window');
  await until(() => kindsOf(consent.pid).length === 1, 'the capture to run');
  const [{ pid }] = capturesOf(consent.pid);
  process.kill(consent.pid, 'SIGKILL');
  await until(() => factsOf(pid) === null, 'the capture to be gone');
});

test('a capture process has no files, no sockets, no privileges to gain, and a filter', async (t) => {
  const consent = await begin();
  await ask(consent, 'camera');
  await until(() => kindsOf(consent.pid).length === 1, 'the capture to run');
  const [{ pid }] = capturesOf(consent.pid);
  const status = () => readFileSync(`/proc/${pid}/status`, 'latin1');
  assert.match(status(), /NoNewPrivs:\t1/);
  if (!/Seccomp:/.test(status())) return t.skip('the system tells of no seccomp');
  if (/debug/.test(brokerPath)) return t.skip('a build with sanitizers has no filter');
  await until(() => /Seccomp:\t2/.test(status()), 'the filter');
  const open = readdirSync(`/proc/${pid}/fd`).filter((fd) => fd > 2).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  assert.deepEqual(open.filter((target) => /^socket:|^\//.test(target)), []);
});

// ---- of a page ----

async function visit(t, answer = { kind: 'allow', duration: 'call', devices: [0] }) {
  const questions = [];
  const prompt = async (question) => {
    questions.push(question);
    return answer;
  };
  const broker = await startBroker({ broker: brokerPath, loopback: true, allowOrigins: [origin], args: ['--synthetic-devices'],
    prompt, indicator: { show() {} } });
  t.after(() => broker.close());
  await broker.consent.seen(true);
  const url = new URL(broker.url);
  const { client } = await Client.request(Number(url.port));
  client.write(helloFrame(Uint8Array.from(Buffer.from(await broker.token(origin), 'hex'))));
  const page = client.page();
  await page.wait('welcome');
  const start = (right) => page.ask('startCapture', 'captureStarted', { right });
  return { broker, page, start, questions };
}

test('a page captures once a person has said yes to the device, and is told when it ends', async (t) => {
  const { broker, page, start, questions } = await visit(t);
  const { capture } = await start(Right.microphone);
  assert.deepEqual(questions[0].devices.map(({ device }) => device), ['synthetic-microphone']);
  await until(() => kindsOf(broker.pid).length === 1, 'the capture to run');
  await broker.consent.revoke((await broker.consent.grants())[0].id);
  assert.equal((await page.wait('captureEnded')).capture, capture);
  await until(() => kindsOf(broker.pid).length === 0, 'the capture to be gone');
  page.destroy();
});

test('a page that stops its capture, or goes, has none any more', async (t) => {
  const { broker, page, start } = await visit(t);
  const { capture } = await start(Right.camera);
  await until(() => kindsOf(broker.pid).length === 1, 'the capture to run');
  page.send('stopCapture', { capture: capture + 1 }); // no capture of this page
  page.send('stopCapture', { capture });
  await until(() => kindsOf(broker.pid).length === 0, 'the capture to be gone');
  await start(Right.screen);
  await until(() => kindsOf(broker.pid).length === 1, 'the second to run');
  page.destroy();
  await until(() => kindsOf(broker.pid).length === 0, 'the second to be gone');
});

test('A8: stop ends the capture of a page whose worker hangs', async (t) => {
  const { broker, page, start } = await visit(t);
  await start(Right.microphone);
  await until(() => kindsOf(broker.pid).length === 1, 'the capture to run');
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => factsOf(Number(pid)));
  for (const { pid } of children.filter((one) => one?.parent === broker.pid && one.name[0] === 'portcullis-worker')) process.kill(pid, 'SIGSTOP');
  await broker.consent.stop(origin);
  await until(() => kindsOf(broker.pid).length === 0, 'the capture to be gone');
  await within(page.closed, 'the link of a worker that hangs to close');
});

test('a page gets no capture by a no, for a speaker, or where there is no device', async (t) => {
  const { broker, page, start } = await visit(t, { kind: 'deny' });
  await assert.rejects(start(Right.camera), ({ status }) => status === Status.DENIED.number);
  for (const right of [Right.speaker, Right.data, Right.localAddresses, 0, 3, 1 << 15]) {
    await assert.rejects(start(right), ({ status }) => status === Status.UNSUPPORTED.number, `right ${right}`);
  }
  assert.deepEqual(kindsOf(broker.pid), []);
  page.destroy();
});
