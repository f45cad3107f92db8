// Consent alone and with pages, through the shell's own API and a real broker.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { connect, requestRight, startConsent } from '../../../js/node.js';
import { brokerPath, within } from '../page.js';

const origin = 'https://app.example';
const broker = brokerPath;
const command = join(dirname(brokerPath), 'portcullis');
const folders = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-'));
  folders.push(folder);
  return join(folder, 'state');
}

/** An indicator that remembers what it shows, and says that it is seen. */
function watcher() {
  const seen = { lines: [], show: (lines) => { seen.lines = lines; seen.heard?.(); } };
  return seen;
}

async function begin(t, options) {
  const consent = await startConsent({ broker, ...options });
  t.after(() => consent.close());
  return consent;
}

const run = (state, ...words) => spawnSync(command, ['--state', state, ...words], { encoding: 'utf8' });
const runJson = (state, ...words) => JSON.parse(run(state, ...words, '--json').stdout);

test('a shell\'s own request is answered with policy, prompt and indicator', async (t) => {
  const questions = [];
  const indicator = watcher();
  const prompt = async (question) => {
    questions.push(question);
    return { kind: 'allow', duration: 'call' };
  };
  const consent = await begin(t, { prompt, indicator });
  await consent.seen(true);
  const verdict = await consent.ask({ origin, embedder: 'https://top.example', rights: ['microphone', 'camera'], device: 'usb' });
  assert.deepEqual([verdict.allowed, verdict.reason, verdict.device], [true, 'GRANTED', 'usb']);
  assert.deepEqual(questions.map(({ rights, embedder }) => [rights, embedder]), [[['microphone', 'camera'], 'https://top.example']]);
  assert.deepEqual(indicator.lines[0].rights, ['microphone', 'camera']);
  await consent.stop(origin, 'https://top.example');
  assert.equal(await within(verdict.ended, 'the end'), 'BLOCKED');
  assert.deepEqual(indicator.lines, []);
});

test('what nobody may have is denied without a question, with its reason', async (t) => {
  const prompt = async () => assert.fail('nobody is asked');
  const consent = await begin(t, { prompt, indicator: watcher(), deny: ['screen'] });
  const rows = [
    ['http://app.example', 'microphone', 'INSECURE_ORIGIN'], ['null', 'microphone', 'OPAQUE_ORIGIN'],
    [origin, 'screen', 'FORBIDDEN'], ['HTTPS://app.example', 'camera', 'OPAQUE_ORIGIN'],
    [origin, 'everything', 'UNKNOWN_RIGHT'],
  ];
  for (const [asking, right, reason] of rows) {
    const verdict = await consent.ask({ origin: asking, rights: right });
    assert.deepEqual([verdict.allowed, verdict.reason], [false, reason], `${asking} ${right}`);
  }
  assert.equal((await consent.ask({ origin, embedder: 'http://top.example', rights: 'camera' })).reason, 'INSECURE_EMBEDDER');
});

test('without a prompt nobody is asked, and without an indicator nothing is captured', async (t) => {
  const alone = await begin(t, {});
  assert.equal((await alone.ask({ origin, rights: 'device-labels' })).reason, 'NOBODY');
  assert.equal((await alone.ask({ origin, rights: 'microphone' })).reason, 'UNSEEN');
  assert.equal((await alone.ask({ origin, rights: 'data' })).allowed, true);
});

test('a capture that is not seen any more ends, and a data connection does not', async (t) => {
  const consent = await begin(t, { prompt: async () => ({ kind: 'allow', duration: 'call' }), indicator: watcher() });
  await consent.seen(true);
  const capture = await consent.ask({ origin, rights: 'camera' });
  const call = await consent.ask({ origin, rights: 'data' });
  await consent.seen(false);
  assert.equal(await within(capture.ended, 'the end'), 'UNSEEN');
  let callEnded = false;
  call.ended.then(() => (callEnded = true));
  await consent.grants();
  assert.equal(callEnded, false);
});

test('a capture that begins while nobody can see the indicator ends by itself', async (t) => {
  const consent = await begin(t, { prompt: async () => ({ kind: 'allow', duration: 'call' }), indicator: watcher() });
  const capture = await consent.ask({ origin, rights: 'camera' }); // shown, and never said to be seen
  assert.equal(capture.allowed, true);
  assert.equal(await within(capture.ended, 'the end'), 'UNSEEN');
});

test('a screen is asked about each time, alone, and never for longer than its use', async (t) => {
  const questions = [];
  const prompt = async (question) => {
    questions.push(question);
    return { kind: 'allow', duration: 'call' };
  };
  const consent = await begin(t, { prompt, indicator: watcher(), state: newFolder() });
  await consent.seen(true);
  const both = await consent.ask({ origin, rights: ['microphone', 'screen'] });
  assert.equal(both.allowed, true);
  assert.deepEqual(questions.map(({ rights }) => rights), [['microphone'], ['screen']]);
  assert.deepEqual(questions[1].durations, ['call']);
  assert.equal(questions[1].canBlock, false);
  await both.end();
  await (await consent.ask({ origin, rights: 'screen' })).end();
  assert.equal(questions.length, 3);
  assert.deepEqual((await consent.grants()).filter(({ right }) => right === 'screen'), []);
});

test('a way of the broker\'s own is chosen by its name: a file answers, and says no to what it does not name', async (t) => {
  const policy = join(dirname(newFolder()), 'policy');
  writeFileSync(policy, `allow ${origin} device-labels for page\n`, { mode: 0o600 });
  const consent = await begin(t, { prompt: `file:${policy}` });
  const reasonOf = async (site) => (await consent.ask({ origin: site, rights: 'device-labels' })).reason;
  assert.equal(await reasonOf(origin), 'GRANTED');
  assert.equal(await reasonOf('https://other.example'), 'DECLINED');
});

test('a site that is refused again and again may not ask for a while', async (t) => {
  let asked = 0;
  const prompt = async () => {
    asked += 1;
    return { kind: asked === 2 ? 'dismiss' : 'deny' };
  };
  const consent = await begin(t, { prompt });
  const reasons = [];
  for (let i = 0; i < 5; i++) reasons.push((await consent.ask({ origin, rights: 'device-labels' })).reason);
  assert.deepEqual(reasons, ['DECLINED', 'DISMISSED', 'DECLINED', 'QUIET', 'QUIET']);
  assert.equal(asked, 3);
  await consent.resetOrigin(origin);
  assert.equal((await consent.ask({ origin, rights: 'device-labels' })).reason, 'DECLINED');
});

test('what is decided for a site outlives the broker, and the user\'s command lists and takes it back', async (t) => {
  const state = newFolder();
  const prompt = async ({ rights }) => (rights[0] === 'speaker' ? { kind: 'block' } : { kind: 'allow', duration: 'site' });
  const first = await startConsent({ broker, state, prompt });
  await (await first.ask({ origin, rights: 'device-labels' })).end();
  assert.equal((await first.ask({ origin, rights: 'speaker' })).reason, 'BLOCKED');
  assert.equal(statSync(join(state, 'broker.sock')).mode & 0o777, 0o600);
  const listed = runJson(state, 'grants', 'list');
  assert.deepEqual(listed, await first.grants());
  assert.equal(listed.length, 2);
  await first.close();
  assert.deepEqual(runJson(state, 'grants', 'list'), listed); // now from the store itself
  const table = run(state, 'grants', 'list').stdout;
  assert.match(table, /^ID +RIGHT +FOR +SITE\n/);
  assert.match(table, /block +speaker +site +https:\/\/app\.example\n/);

  const second = await begin(t, { state, prompt: async () => assert.fail('it was decided') });
  const verdict = await second.ask({ origin, rights: 'device-labels' });
  assert.deepEqual([verdict.allowed, verdict.reason], [true, 'GRANTED']);
  assert.equal(run(state, 'grants', 'revoke', verdict.grant).status, 0);
  assert.equal(await within(verdict.ended, 'the end'), 'GRANT_ENDED');
  assert.equal(run(state, 'grants', 'revoke', verdict.grant).status, 3);
  assert.equal(run(state, 'grants', 'reset', origin).status, 0);
  assert.deepEqual(await second.grants(), []);
});

test('everything is forgotten by the user\'s command, with a broker and without one, and what ran because of it ends', async (t) => {
  const state = newFolder();
  const options = { state, prompt: async () => ({ kind: 'allow', duration: 'site' }) };
  const first = await startConsent({ broker, ...options });
  const verdicts = [await first.ask({ origin, rights: 'device-labels' }), await first.ask({ origin: 'https://other.example', rights: 'device-labels' })];
  assert.equal((await first.grants()).length, 2);
  assert.deepEqual(runJson(state, 'grants', 'reset', '--all'), { done: true });
  for (const verdict of verdicts) assert.equal(await within(verdict.ended, 'the end'), 'GRANT_ENDED');
  assert.deepEqual(await first.grants(), []);
  await first.ask({ origin, rights: 'device-labels' });
  await first.close();
  const [{ id }] = runJson(state, 'grants', 'list');
  assert.deepEqual(runJson(state, 'grants', 'revoke', id), { done: true });
  assert.equal(runJson(state, 'grants', 'revoke', id).done, false);
  const second = await startConsent({ broker, ...options });
  await second.ask({ origin, rights: 'device-labels' });
  await second.close();
  assert.deepEqual(runJson(state, 'grants', 'reset', '--all'), { done: true });
  assert.deepEqual(runJson(state, 'grants', 'list'), []);
  const third = await begin(t, { ...options, forgetUnusedDays: 7 });
  assert.deepEqual(await third.grants(), []);
});

test('a private page leaves nothing behind', async (t) => {
  const offered = [];
  const prompt = async ({ durations, canBlock }) => {
    offered.push([durations, canBlock]);
    return { kind: 'allow', duration: 'page' };
  };
  const consent = await begin(t, { prompt, state: newFolder() });
  const verdict = await consent.ask({ origin, rights: 'device-labels', isPrivate: true });
  assert.equal(verdict.allowed, true);
  assert.deepEqual(offered, [[['call', 'page'], false]]);
  await verdict.end();
  assert.deepEqual(await consent.grants(), []);
});

test('a permission for certain people does not fit others', async (t) => {
  const peer = `sha-256 ${Array(32).fill('AB').join(':')}`;
  const other = `sha-256 ${Array(32).fill('CD').join(':')}`;
  const answers = [{ kind: 'allow', duration: 'site', onlyThisPeer: true }, { kind: 'deny' }];
  const reasons = [];
  const prompt = async ({ reason }) => {
    reasons.push(reason);
    return answers.shift();
  };
  const consent = await begin(t, { prompt, state: newFolder() });
  const ask = (with_) => consent.ask({ origin, rights: 'device-labels', peer: with_ });
  assert.equal((await ask(peer)).allowed, true);
  assert.equal((await ask(peer)).allowed, true);
  assert.equal((await ask(other)).allowed, false);
  assert.deepEqual(reasons, ['NO_GRANT', 'OTHER_PEER']);
});

test('a store that is not this user\'s alone gives nobody anything, and stays as it is', async (t) => {
  const state = newFolder();
  const first = await startConsent({ broker, state, prompt: async () => ({ kind: 'block' }) });
  await first.ask({ origin, rights: 'device-labels' });
  await first.close();
  const file = join(state, 'grants.sqlite');
  const before = readFileSync(file);
  chmodSync(file, 0o644);
  const second = await begin(t, { state, prompt: async () => assert.fail('nobody is asked') });
  assert.equal((await second.ask({ origin, rights: 'data' })).reason, 'FORBIDDEN');
  assert.equal(run(state, 'grants', 'list').status, 1);
  assert.match(run(state, 'grants', 'list').stderr, /its mode must be 0600/);
  assert.deepEqual(readFileSync(file), before);
  const doctor = runJson(state, 'doctor');
  assert.equal(doctor.find(({ name }) => name === 'permissions').state, 'flaw');
});

test('the command says what is wrong with a command line, and an empty folder stays unmade', () => {
  const state = newFolder();
  assert.deepEqual(runJson(state, 'grants', 'list'), []);
  assert.throws(() => statSync(state));
  for (const words of [[], ['grants'], ['grants', 'revoke'], ['grants', 'revoke', 'x'], ['grants', 'reset', 'nowhere'], ['--bogus'], ['dance']]) {
    const { status, stderr } = run(state, ...words);
    assert.equal(status, 2, words.join(' '));
    assert.match(stderr, /^portcullis: [^\n]+\n$/, words.join(' '));
  }
  const findings = runJson(state, 'doctor');
  const expected = ['portcullis-broker', 'portcullis-worker', 'portcullis-capture', 'Landlock', 'seccomp', 'no-new-privs', 'UDP over IPv4',
    'UDP over IPv6', 'cameras', 'sound devices', 'display', 'broker', 'permissions'];
  assert.deepEqual(findings.map(({ name }) => name), expected);
  for (const { name, state: word, words } of findings) assert.ok(['fine', 'noted', 'flaw'].includes(word) && words.length > 0, name);
});

test('a page that asks for a right nobody can give is refused without a reason', async () => {
  const session = await connect({ origin, broker, loopback: true });
  await assert.rejects(requestRight(session, 'local-addresses'), { name: 'NotAllowedError' });
  await assert.rejects(requestRight(session, 'camera'), { name: 'NotSupportedError' });
  session.close();
});
