// Attacks that the requirements number: each row has a test that begins with its name, and a line in
// SECURITY.md that names one of them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

/** The rows about a hostile network, and who may be reached. */
const rows = [...Array.from({ length: 14 }, (_, index) => `X${index + 1}`), 'X42'];

const root = new URL('../', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');

/** The titles of all tests, in C and in JavaScript, as a runner shows them. */
function titles() {
  const files = readdirSync(new URL('tests', root), { recursive: true }).filter((name) => /_test\.c$|\.test\.js$/.test(name));
  return files.flatMap((file) =>
    [...read(`tests/${file}`).matchAll(/\b(?:RUN|test)\(\s*(["'`])((?:\\.|(?!\1).)*)\1/g)].map(([, , title]) => title.replace(/\\'/g, "'")));
}

const all = titles();

for (const row of rows) {
  test(`${row} is a test with the row's name`, () => {
    assert.ok(all.some((title) => title.startsWith(`${row}: `)), `no test is called "${row}: ..."`);
  });

  test(`${row} has a line in SECURITY.md that names such a test`, () => {
    const lines = read('SECURITY.md').split('\n').filter((line) => line.startsWith('|') && line.split('|')[1].split(', ').some((name) => name.trim() === row));
    const named = lines.flatMap((line) => [...line.matchAll(/`tests\/[^`]+` "([^"]+)"/g)].map(([, title]) => title));
    assert.ok(named.some((title) => title.startsWith(`${row}: `)), `no line for ${row}`);
  });
}

// X12: what a page may choose, by the table of the boundary itself.
test('X12: a page has no field for a local ufrag, password or foundation', () => {
  const messages = [...read('core/boundary/messages.def').matchAll(/PCS_MESSAGE\((\w+),[^]*?\)\)\n/g)];
  assert.ok(messages.length > 20);
  const fromPage = messages.filter(([text]) => text.includes('TO_HOST'));
  const naming = fromPage.filter(([text]) => /ufrag|password|foundation/.test(text)).map(([, name]) => name);
  assert.deepEqual(naming, ['ADD_CANDIDATE', 'END_OF_CANDIDATES'], 'they name the other side\'s');
  const [, plan] = /PCS_RECORD\(plan,([^]*?)\)\n\n/.exec(`${read('core/plan/records.def')}\n\n`);
  for (const [name] of plan.matchAll(/\w*(?:ufrag|password)\w*/g)) assert.match(name, /^remote_|^PCS_/);
});
