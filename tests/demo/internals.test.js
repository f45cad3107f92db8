// The inspector as a person uses it: what a real call looks like while it runs, what ends it, what is
// kept of it; and that nothing it was ever sent holds a secret.
import test from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { haveChromium, launchBrowser } from '../interop/ends/browser.js';
import { play } from '../interop/ends/end.js';
import { startHost } from '../interop/host.js';
import { Evidence } from '../hostile/evidence.js';
import { enter, Feed } from './inspector_feed.js';

const timeout = 120_000;
const scenario = 'interop/scenarios/proof.js';
const screens = fileURLToPath(new URL('../../build/screens/', import.meta.url));
const hostileLabel = '<img src=x onerror="document.title=\'owned\'">\u202e"}]\n\nevent: call';
const shownLabel = '<img src=x onerror="document.title=\'owned\'">\\u{202e}"}]\\u{a}\\u{a}event: call';
const sizes = { desktop: { width: 1280, height: 1000 }, phone: { width: 390, height: 844 } };

let browser;
test.before(async () => {
  browser = haveChromium && await launchBrowser();
});
test.after(() => browser?.close());

// A host whose pages need a person's word, which they get; two pages of it; the inspector.
async function stage(t, given = {}) {
  const host = await startHost({ inspector: true, ask: ['data'], prompt: async () => ({ kind: 'allow', duration: 'page' }), ...given });
  t.after(() => host.close());
  const inspector = await browser.newPage();
  t.after(() => inspector.context().close());
  const wrong = [];
  inspector.on('console', (message) => wrong.push(message.text()));
  inspector.on('pageerror', (error) => wrong.push(String(error)));
  await inspector.setViewportSize(sizes.desktop);
  await inspector.goto(await host.broker.inspect());
  await inspector.getByText('Live', { exact: true }).waitFor();
  await inspector.getByText('No page has a session now').waitFor();
  const ends = [];
  for (let i = 0; i < 2; i++) ends.push(await browser.pageEnd(host.server, 'portcullis'));
  t.after(() => Promise.all(ends.map((end) => end.close())));
  return { host, inspector, wrong, ends };
}

// The inspector's sections are in the order of the pages.
const sectionOf = (inspector, i) => inspector.getByRole('region', { name: /^Page of/ }).nth(i);
const lamp = (section, text) => section.locator('.lamp').filter({ hasText: text }).last();
const state = (end) => end.page.evaluate(() => globalThis.end.env.state.pc.connectionState);

async function becomes(end, wanted) {
  await end.page.waitForFunction((value) => globalThis.end.env.state.pc.connectionState === value, wanted, { polling: 20, timeout });
}

async function tabTo(page, name) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement.textContent) === name) return;
  }
  assert.fail(`no Tab leads to ${name}`);
}

async function photograph(inspector) {
  mkdirSync(screens, { recursive: true });
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ['dark', 'light']) {
      await inspector.emulateMedia({ colorScheme });
      await inspector.setViewportSize(viewport);
      await inspector.locator('canvas').last().waitFor();
      const sideways = await inspector.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(sideways <= 0, `${size} scrolls sideways by ${sideways}`);
      await inspector.screenshot({ path: `${screens}internals-${size}-${colorScheme}.png`, fullPage: true });
    }
  }
  await inspector.setViewportSize(sizes.desktop);
}

const drawn = (canvas) => canvas.evaluate((element) =>
  element.getContext('2d').getImageData(0, 0, element.width, element.height).data.some((byte) => byte !== 0));

test('a person sees a call, how it is protected, and ends it', { timeout, skip: !haveChromium }, async (t) => {
  const { inspector, wrong, ends: [a, b] } = await stage(t);
  const { a: seen } = await play(scenario, [a, b]);
  const first = sectionOf(inspector, 0);
  for (const text of [/ICE (connected|completed)/, 'DTLS connected', 'SCTP connected']) {
    await lamp(first, text).waitFor();
    assert.equal(await lamp(first, text).getAttribute('data-state'), 'good');
  }
  await first.getByText('DTLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, X25519').waitFor();
  for (const fingerprint of [seen.localFingerprint, seen.remoteFingerprint]) {
    await first.getByText(fingerprint.replace(/^sha-256 /, '')).waitFor();
  }

  /* Consent grows older until the other side is heard again (RFC 7675 5.1: 4 to 6 s). */
  const age = async () => Number(/heard ([\d.]+) s ago/.exec(await first.locator('.consent').textContent())?.[1] ?? NaN);
  await first.getByText(/heard [\d.]+ s ago, ends in [\d.]+ s/).waitFor();
  const ages = await inspector.evaluate(() => new Promise((done) => {
    const found = [];
    new MutationObserver((_, observer) => {
      const text = document.querySelector('.consent').textContent;
      found.push(Number(/heard ([\d.]+) s/.exec(text)?.[1]));
      const grew = found.some((one, i) => one > found[i - 1]);
      const heard = found.some((one, i) => one < found[i - 1]);
      if (grew && heard) observer.disconnect(), done(found);
    }).observe(document.querySelector('.consent'), { subtree: true, childList: true, characterData: true });
  }));
  assert.ok(ages.every((one) => one >= 0 && one < 30), `ages ${ages}`);
  assert.ok(await age() < 30);

  await a.page.evaluate((label) => void globalThis.end.env.state.pc.createDataChannel(label), hostileLabel);
  await sectionOf(inspector, 1).getByRole('cell', { name: shownLabel, exact: true }).waitFor();
  assert.equal(await inspector.locator('img').count(), 0);
  assert.equal(await inspector.title(), 'Portcullis internals');
  await first.getByText('openPeer').waitFor();
  await first.getByText('policy all').first().waitFor();
  for (const title of ['Rate', 'Round trip', 'Waiting to be sent']) {
    const plot = first.getByRole('img', { name: new RegExp(`^${title}: .*\\d`) });
    await plot.waitFor();
    assert.ok(await drawn(plot.locator('canvas')), `${title} draws nothing`);
  }
  await photograph(inspector);

  const [download] = await Promise.all([inspector.waitForEvent('download'), inspector.getByRole('button', { name: 'Download dump' }).click()]);
  checkDump(JSON.parse(await readFile(await download.path(), 'utf8')));

  /* By keyboard alone: take the first page's permission back, then stop the second. */
  await inspector.locator('h1').click();
  await tabTo(inspector, 'Revoke');
  await inspector.keyboard.press('Enter');
  await first.getByText('Taken back.').waitFor();
  await becomes(a, 'failed');
  await lamp(first, 'ICE failed').or(first.locator('details[data-gone] .lamp').first()).waitFor();
  assert.equal(await first.getByRole('button', { name: 'Revoke' }).count(), 0);

  await Promise.all([a.reset(), b.reset()]);
  await play(scenario, [a, b]);
  assert.equal(await state(b), 'connected');
  const stops = inspector.getByRole('button', { name: 'Stop everything' });
  await stops.nth(1).focus();
  await inspector.keyboard.press('Enter');
  await sectionOf(inspector, 1).getByText('Stopped.').waitFor();
  await becomes(b, 'failed');
  assert.deepEqual(wrong, []);
});

// The form of chrome://webrtc-internals dumps: series as text of JSON, one for each member.
function checkDump({ PeerConnections, getUserMedia, UserAgent }) {
  assert.deepEqual(getUserMedia, []);
  assert.match(UserAgent, /^Portcullis in /);
  const all = Object.values(PeerConnections);
  assert.equal(all.length, 2);
  for (const { url, updateLog, stats } of all) {
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.ok(updateLog.some(({ type, time }) => type === 'iceState' && !Number.isNaN(Date.parse(time))));
    const bytes = stats['T01-bytesSent'];
    assert.equal(bytes.statsType, 'transport');
    assert.ok(JSON.parse(bytes.values).at(-1) > 1_000_000, 'the megabyte of the call is not in it');
    assert.ok(Date.parse(bytes.startTime) <= Date.parse(bytes.endTime));
    assert.ok(Object.keys(stats).some((key) => /^CP\d+-currentRoundTripTime$/.test(key)));
  }
}

test('nothing that the inspector was ever sent holds a secret of the host', { timeout, skip: !haveChromium }, async (t) => {
  const evidence = new Evidence();
  t.after(() => evidence.remove());
  const { host, inspector, ends } = await stage(t, { worker: 'portcullis-worker-test', secretsFile: evidence.secretsFile });
  const feed = await Feed.open(await enter(await host.broker.inspect()));
  t.after(() => feed.close());
  for (const name of ['messages', 'restart', 'proof']) {
    await Promise.all(ends.map((end) => end.reset()));
    await play(`interop/scenarios/${name}.js`, ends);
  }
  const isThere = ({ pages }) => pages.length === 2 && pages.every(({ connections }) => connections.some(({ pairs, consent }) => pairs.length > 0 && consent));
  const { pages } = await feed.next('snapshot', isThere);
  const shown = await inspector.evaluate(() => document.documentElement.outerHTML);
  writeFileSync(evidence.path('feed'), feed.text);
  writeFileSync(evidence.path('page'), shown);
  const { found, secrets } = await evidence.scan();
  t.diagnostic(`${feed.text.length} bytes, ${secrets} secrets`);
  assert.ok(secrets > 10);
  assert.deepEqual(found, []);

  const passwords = await Promise.all(ends.map(({ page }) => page.evaluate(() => {
    const { localDescription, remoteDescription } = globalThis.end.env.state.pc;
    return [localDescription, remoteDescription].flatMap(({ sdp }) => sdp.match(/(?<=a=ice-pwd:)\S+/g));
  })));
  assert.ok(passwords.flat().length >= 4);
  for (const password of passwords.flat()) assert.ok(!feed.text.includes(password) && !shown.includes(password), 'an ICE password was shown');
  for (const { local, remote } of pages.flatMap(({ connections }) => connections.flatMap(({ pairs }) => pairs))) {
    for (const { type, address } of [local, remote]) assert.ok(type !== 'prflx' || address === null, 'a hidden address was shown');
  }
});

test('the broker serves every file of the page and no other', () => {
  const source = readFileSync(new URL('../../host/broker/inspector_files.c', import.meta.url), 'utf8');
  const list = /names\[\] = \{([^}]*)\}/.exec(source)[1].match(/[\w.]+(?=")/g);
  const page = readdirSync(new URL('../../demo/internals/', import.meta.url));
  assert.deepEqual(list.sort(), [...page, 'uPlot.esm.js', 'uPlot.min.css'].sort());
});
