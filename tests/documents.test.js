// What the documents name is there: every path of README.md and SECURITY.md, and every test that
// SECURITY.md says fails when a row is not enforced.
import test from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const exists = (path) => existsSync(new URL(`../${path}`, import.meta.url));
const inTree = /(?<![\w/.])(?:core|wasm|host|js|tests|demo)\/[\w./-]*/g;

for (const document of ['README.md', 'SECURITY.md']) {
  test(`every path that ${document} names exists`, () => {
    for (const [path] of read(document).matchAll(inTree)) assert.ok(exists(path), path);
  });
}

test('every test in the table of SECURITY.md exists by its name', () => {
  const rows = [...read('SECURITY.md').matchAll(/`(tests\/[^`]+)` "([^"]+)"/g)];
  assert.ok(rows.length > 20);
  for (const [, path, name] of rows) {
    assert.ok(read(path).replace(/\\'/g, "'").includes(name), `${path} has no test "${name}"`);
  }
});
