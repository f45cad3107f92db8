// Processes die. A killed worker takes its one page's calls along and nothing else; a page that goes
// takes its worker along; a broker that goes takes all of them along. Nobody is left behind.
import test from 'node:test';
import assert from 'node:assert/strict';
import { haveChromium, launchBrowser } from '../interop/ends/browser.js';
import { play } from '../interop/ends/end.js';
import { NodeEnd } from '../interop/ends/node.js';
import { startHost } from '../interop/host.js';
import { childrenOf, familyOf, gone } from './processes.js';

const timeout = 120_000;
const pulse = 'interop/scenarios/pulse.js';
let browser;

test.before(async () => {
  browser = haveChromium && await launchBrowser();
});
test.after(() => browser?.close());

// openPages opens pages one after the other and tells which worker each got: the broker keeps one
// worker in reserve, the youngest, and that is the one the next link is given to. The next one is
// started when a link has been given away, which a page need not wait for.
async function openPages(t, host, count) {
  const pages = [];
  for (let i = 0; i < count; i++) {
    while (childrenOf(host.broker.pid).length <= i) await new Promise((done) => setImmediate(done));
    const worker = childrenOf(host.broker.pid).at(-1);
    const end = await browser.pageEnd(host.server, 'portcullis', { name: `page ${i}` });
    t.after(() => end.close());
    pages.push({ end, worker });
  }
  return pages;
}

async function open(t, count) {
  const host = await startHost();
  t.after(() => host.close());
  return { host, pages: await openPages(t, host, count) };
}

test('a killed worker ends its own page’s call only, and a new call works', { timeout, skip: !haveChromium }, async (t) => {
  const { host, pages: [victim, peer, other, friend] } = await open(t, 4);
  await play(pulse, [victim.end, peer.end]);
  await play(pulse, [other.end, friend.end]);
  await victim.end.run(pulse, 'beats', { more: 10 });
  const failed = victim.end.run(pulse, 'failed');
  process.kill(victim.worker, 'SIGKILL');
  await gone(victim.worker);
  assert.deepEqual(await failed, { ice: 'failed' });
  await other.end.run(pulse, 'beats', { more: 100 });
  const [fresh] = await openPages(t, host, 1);
  await peer.end.reset();
  await play('interop/scenarios/messages.js', [fresh.end, peer.end]);
  await other.end.run(pulse, 'beats', { more: 100 });
});

for (const [what, leave] of [
  ['closes', ({ end }) => end.close()],
  ['goes elsewhere', ({ end }) => end.page.goto('about:blank')],
  ['crashes', ({ end }) => end.page.goto('chrome://crash').catch(() => {})],
]) {
  test(`a page that ${what} in mid-call leaves no worker behind`, { timeout, skip: !haveChromium }, async (t) => {
    const { host, pages: [leaver, peer] } = await open(t, 2);
    await play(pulse, [leaver.end, peer.end]);
    await leaver.end.run(pulse, 'beats', { more: 10 });
    await Promise.all([gone(leaver.worker), leave(leaver)]);
    assert.ok(childrenOf(host.broker.pid).includes(peer.worker), 'the other page’s worker went too');
    assert.equal(childrenOf(host.broker.pid).length, 2, 'the other page’s worker and the reserve');
  });
}

test('a killed broker leaves no worker behind', { timeout, skip: !haveChromium }, async (t) => {
  const { host, pages: [one, two] } = await open(t, 2);
  await play(pulse, [one.end, two.end]);
  const workers = childrenOf(host.broker.pid);
  assert.ok(workers.length >= 2);
  process.kill(host.broker.pid, 'SIGKILL');
  await Promise.all(workers.map(gone));
});

test('a killed Node program leaves no process behind', { timeout }, async (t) => {
  const ends = await Promise.all([NodeEnd.open('portcullis'), NodeEnd.open('portcullis')]);
  t.after(() => Promise.all(ends.map((end) => end.close())));
  await play(pulse, ends);
  const below = familyOf(ends[0].pid).filter((pid) => pid !== ends[0].pid);
  assert.ok(below.length >= 2, 'a broker and a worker');
  ends[0].child.kill('SIGKILL');
  await Promise.all(below.map(gone));
});
