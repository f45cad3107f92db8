// The runner's own rules, and with WPT_DIR the suite itself against what is expected of it.
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { differences, readExpectation, summaryOf, tableOf } from './expectation.js';
import { allFiles } from './files.js';
import { pathOf, serveSuite, wrapperOf } from './server.js';
import { runSuiteInNode } from './node.js';
import { runSuite, whyNot } from './suite.js';

test('a script alone gets a page with the scripts it names and its timeout', () => {
  const html = wrapperOf('/a/b.window.js', '// META: timeout=long\n// META: script=../help.js\ntest();\n');
  assert.match(html, /<meta name="timeout" content="long">/);
  assert.ok(html.indexOf('testharness.js') < html.indexOf('"../help.js"'));
  assert.ok(html.indexOf('"../help.js"') < html.indexOf('"/a/b.window.js"'));
  assert.doesNotMatch(wrapperOf('/c.any.js', 'test();'), /timeout/);
  assert.deepEqual(['a/b.window.js', 'c.any.js', 'd.https.html'].map(pathOf), ['/a/b.window.html', '/c.any.html', '/d.https.html']);
});

test('a newly failing, newly passing or vanished subtest is a line', () => {
  const results = {
    'a.html': { harness: 'OK', tests: [{ name: 'x', outcome: 'PASS' }, { name: 'y', outcome: 'NOTRUN' }] },
    'b.html': { harness: 'ERROR', tests: [] },
  };
  const found = summaryOf(results);
  assert.deepEqual(found, { 'a.html': { x: 'PASS', y: 'TIMEOUT' }, 'b.html': { '(harness)': 'ERROR' } });
  assert.deepEqual(differences(found, { 'a.html': { x: 'FAIL', y: 'TIMEOUT', z: 'PASS' }, 'b.html': { '(harness)': 'ERROR' } }),
    ['a.html: x: FAIL -> PASS', 'a.html: z: PASS -> absent']);
});

test('the count is of what passes in the browser itself', () => {
  const [file] = allFiles;
  const table = tableOf({ [file]: { a: 'PASS', b: 'FAIL', c: 'PASS' } }, { [file]: { a: 'PASS', b: 'PASS', c: 'FAIL' } });
  assert.match(table.split('\n')[0], /1 of +2 +and 1 that Chromium fails/);
  assert.match(table.split('\n').at(-1), /^All +1 of +2 /);
});

test('the server gives nothing from outside the suite', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'suite-'));
  await mkdir(join(folder, 'inside/deep'), { recursive: true });
  await writeFile(join(folder, 'secret.html'), 'secret');
  await writeFile(join(folder, 'inside/page.html'), '<!doctype html><p>page');
  const server = await serveSuite({ folder: join(folder, 'inside') });
  t.after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  const get = async (path) => (await fetch(server.origin + path)).status;
  assert.equal(await get('/page.html'), 200);
  assert.deepEqual(await Promise.all(['/..%2fsecret.html', '/deep/..%2f..%2fsecret.html', '/none.html'].map(get)), [404, 404, 404]);
});

const reason = whyNot();
test('web-platform-tests give what is expected', { skip: reason ?? false, timeout: 900_000 }, async () => {
  const found = summaryOf(await runSuite({ files: allFiles }));
  assert.deepEqual(differences(found, readExpectation()), []);
});

test('web-platform-tests give what is expected in Node', { skip: reason ?? false, timeout: 900_000 }, async () => {
  const found = summaryOf(await runSuiteInNode({ files: allFiles }));
  assert.deepEqual(differences(found, readExpectation('node')), []);
});
