// Turns a list of cases into node:test tests between two kinds of ends. Both ends stay for the whole
// list, as a page stays for many calls; after a failure the next test gets fresh ones.
import assert from 'node:assert/strict';
import test from 'node:test';
import { play } from './ends/end.js';

const timeoutMs = 120_000; /* against hanging; how fast a call is depends on the machine */

// playAll declares one test for each case. openA and openB: () => Promise of an end.
export function playAll(title, cases, openA, openB) {
  let ends = [];
  const closeEnds = () => Promise.all(ends.splice(0).map((end) => end.close()));
  test.after(closeEnds); /* for a run by name, in which the last test below does not take place */
  for (const [what, module, params, halves] of cases) {
    test(`${title}: ${what}`, { timeout: timeoutMs }, async (t) => {
      let passed = false;
      t.after(() => {
        if (passed) return undefined;
        for (const end of ends) t.diagnostic(`${end.name} said: ${end.console?.slice(-5).join(' | ') ?? ''}`);
        return closeEnds();
      });
      if (ends.length === 0) ends = await Promise.all([openA(), openB()]);
      await Promise.all(ends.map((end) => end.reset()));
      await play(module, ends, params, halves);
      passed = true;
    });
  }
  test(`${title}: both ends end by themselves`, { timeout: timeoutMs }, async () => {
    for (const how of await closeEnds()) {
      assert.deepEqual(how ?? { code: 0, signal: null }, { code: 0, signal: null });
    }
  });
}
