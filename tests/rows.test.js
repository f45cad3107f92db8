// Attacks that the requirements number: each row has a test that begins with its name, and a line in
// SECURITY.md that names one of them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

const range = (letter, from, to) => Array.from({ length: to - from + 1 }, (_, index) => `${letter}${from + index}`);
/** The rows about a hostile network, who may be reached, and the boundary against hostile pages. */
const rows = [...range('X', 1, 14), ...range('X', 32, 36), 'X42'];
/** The rows of RFC 8826 and RFC 8827 that consent is about. */
const consent = [...range('R', 1, 10), 'R20', ...range('R', 33, 36), ...range('A', 1, 18), ...range('A', 33, 37)];

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

/** The cells of SECURITY.md's tables whose first one names a row. */
function linesOf(row) {
  return read('SECURITY.md').split('\n').filter((line) => line.startsWith('| ')).map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, names]) => names.split(', ').includes(row));
}

for (const row of consent) {
  test(`${row} stands in SECURITY.md, enforced by a file and with the test that fails without it, or not yet and why`, () => {
    const lines = linesOf(row);
    assert.ok(lines.length > 0, `no line for ${row}`);
    for (const [, , requirement, enforced, failing] of lines) {
      assert.ok(requirement.length > 0 && enforced.length > 0);
      if (failing === '') continue; // the table of what is not there yet has no such column
      assert.match(enforced, /`[\w/]+\.(?:c|h|def|js)`/);
      assert.match(failing, /`tests\/[^`]+` "[^"]+"/);
    }
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
