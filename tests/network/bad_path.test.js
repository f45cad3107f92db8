// Real peers over a path that loses, doubles, delays, reorders and is narrow: data arrives whole.
import assert from 'node:assert/strict';
import test from 'node:test';
import { haveChromium, launchBrowser } from '../interop/ends/browser.js';
import { play } from '../interop/ends/end.js';
import { NodeEnd } from '../interop/ends/node.js';
import { startSite } from '../interop/host.js';
import { BadPath } from './bad_path.js';

const timeout = 90_000;
const count = 150; /* messages on each of three channels, both ways: some 3 MB in all */

const paths = {
  'loses 2 %': { loss: 0.02, delayMs: 5 },
  'reorders and doubles': { delayMs: 5, jitterMs: 8, duplicate: 0.02 },
  'is narrow, with a short queue': { delayMs: 5, bytesPerSecond: 2e6, queueMs: 40 },
  'does all of it': { loss: 0.01, duplicate: 0.01, delayMs: 8, jitterMs: 8, bytesPerSecond: 3e6, queueMs: 60 },
};

let site;
let browser;
test.before(async () => {
  if (!haveChromium) return;
  site = await startSite();
  browser = await launchBrowser();
});
test.after(async () => {
  await browser?.close();
  await site?.close();
});

const peers = {
  Chromium: { open: () => browser.pageEnd(site, 'native'), skip: !haveChromium && 'Chromium is not installed',
    over: ['loses 2 %', 'reorders and doubles', 'is narrow, with a short queue'] },
  Portcullis: { open: () => NodeEnd.open('portcullis'), over: ['reorders and doubles', 'does all of it'] },
  /* Its usrsctp is not mended as ours is (forward_tsn.cmake): nothing may be given up. */
  'node-datachannel': { open: () => NodeEnd.open('node-datachannel'), over: ['loses 2 %', 'does all of it'], maxRetransmits: 50 },
};

async function playOver(t, what, seed, { open, maxRetransmits }) {
  const path = new BadPath(what, seed);
  const ends = await Promise.all([NodeEnd.open('portcullis'), open()]);
  t.after(async () => {
    path.close();
    await Promise.all(ends.map((end) => end.close()));
  });
  path.between(...ends);
  try {
    return { ...await play('interop/scenarios/rough.js', ends, { count, maxRetransmits }), seen: path.seen };
  } catch (error) {
    throw new Error(`seed ${seed}, ${JSON.stringify(path.seen)}: ${error.message}`, { cause: error });
  }
}

test('data arrives whole over a bad path', { timeout, concurrency: 8 }, async (t) => {
  const seedGiven = Number(process.env.PCS_TEST_SEED ?? 0);
  await Promise.all(Object.entries(peers).flatMap(([name, peer], p) =>
    peer.over.map((how, i) =>
      t.test(`between Portcullis and ${name}, over a path that ${how}`, { timeout, skip: peer.skip }, async (each) => {
        const what = paths[how];
        const { a, b, seen } = await playOver(each, what, seedGiven || 1000 * (p + 1) + 10 * i, peer);
        each.diagnostic(`${a.seconds.toFixed(1)} s, ${JSON.stringify(seen)}, ${a.unreliable} and ${b.unreliable} of ${count} unreliable ones`);
        if (what.loss) assert.ok(seen.lost > 0);
        if (what.duplicate) assert.ok(seen.doubled > 0);
      }))));
});
