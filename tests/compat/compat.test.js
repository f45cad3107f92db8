// One call of each unmodified library, so that npm test notices when one stops working; all of them
// in all pairings are npm run compat.
import assert from 'node:assert/strict';
import test from 'node:test';
import { haveChromium, launchBrowser } from '../interop/ends/browser.js';
import { startHost } from '../interop/host.js';
import { runAdapter } from './adapter.js';
import { libraries } from './libraries.js';
import { playLibrary } from './play.js';
import { runOwnTests, skipReason } from './simple_peer_tests.js';

const timeout = 120_000;
const skip = haveChromium ? false : 'Chromium is not installed';

function assertPassed(results) {
  assert.ok(results.length > 0);
  for (const { what, error } of results) assert.equal(error, null, `${what}: ${error?.stack}`);
}

for (const library of libraries) {
  test(`${library.name} makes a call between two Node programs`, { timeout }, async () => {
    assertPassed(await playLibrary(library, 'Node, Node', { cases: library.cases.slice(0, 1) }));
  });
}

test('pages', { skip, timeout: 2 * timeout }, async (t) => {
  const host = await startHost();
  const browser = await launchBrowser();
  t.after(() => browser.close().then(host.close));
  const pages = { browser, server: host.server };
  const [simplePeer] = libraries;
  await t.test(`${simplePeer.name} makes a call between a page and a Node program`, { timeout }, async () => {
    assertPassed(await playLibrary(simplePeer, 'page, Node', { pages, cases: simplePeer.cases.slice(0, 1) }));
  });
  await t.test("webrtc-adapter finds nothing to mend in ours that it leaves alone in Chromium's", { timeout }, async () => {
    assertPassed(await runAdapter(pages));
  });
});

test("simple-peer's own data tests pass", { skip: skipReason() || false, timeout: 5 * timeout }, async () => {
  const { results } = await runOwnTests();
  assertPassed(results);
});
