// What each subtest is expected to give, kept in a file whose every line is one, so that a case that
// newly passes or fails is a line of a diff. And the count of a run against the browser's own.
import { readFileSync, writeFileSync } from 'node:fs';
import { sections } from './files.js';

const pathOf = (name) => new URL(`${name}.json`, import.meta.url);

export function readExpectation(name = 'expectation') {
  try {
    return JSON.parse(readFileSync(pathOf(name), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

// writeExpectation keeps what a run found; files that were not run stay as they are.
export function writeExpectation(found, name = 'expectation') {
  const all = sorted({ ...readExpectation(name), ...found }, (subtests) => sorted(subtests, (outcome) => outcome));
  writeFileSync(pathOf(name), `${JSON.stringify(all, null, 1)}\n`);
}

// summaryOf turns the results of runSuite into { file: { subtest: outcome } }. A file whose harness
// failed says so in a line of its own.
export function summaryOf(results) {
  const summary = {};
  for (const [file, { harness, tests }] of Object.entries(results)) {
    summary[file] = Object.fromEntries(tests.map(({ name, outcome }) => [name, outcome === 'NOTRUN' ? 'TIMEOUT' : outcome]));
    if (harness !== 'OK') summary[file]['(harness)'] = harness;
  }
  return summary;
}

// differences gives a line for each subtest whose outcome is not the expected one.
export function differences(found, expected) {
  const lines = [];
  for (const [file, subtests] of Object.entries(found)) {
    const known = expected[file] ?? {};
    for (const name of new Set([...Object.keys(known), ...Object.keys(subtests)])) {
      const [was, is] = [known[name] ?? 'absent', subtests[name] ?? 'absent'];
      if (was !== is) lines.push(`${file}: ${name}: ${was} -> ${is}`);
    }
  }
  return lines;
}

// tableOf counts, for each section, what passes of what passes in the browser's own implementation.
export function tableOf(found, native) {
  const rows = Object.entries(sections).map(([section, files]) => {
    const passing = files.flatMap((file) => passed(native[file]).map((name) => ({ file, name })));
    const both = passing.filter(({ file, name }) => found[file]?.[name] === 'PASS').length;
    const ours = files.reduce((sum, file) => sum + passed(found[file]).length, 0);
    return { section, passed: both, native: passing.length, beyond: ours - both };
  });
  const total = rows.reduce((sum, row) => ({ section: 'All', passed: sum.passed + row.passed,
    native: sum.native + row.native, beyond: sum.beyond + row.beyond }));
  return [...rows, total].map(lineOf).join('\n');
}

function lineOf({ section, passed: both, native, beyond }) {
  return `${section.padEnd(28)} ${String(both).padStart(5)} of ${String(native).padStart(5)}`
    + `   and ${beyond} that Chromium fails`;
}

function passed(subtests = {}) {
  return Object.keys(subtests).filter((name) => subtests[name] === 'PASS');
}

function sorted(object, of) {
  return Object.fromEntries(Object.keys(object).sort().map((key) => [key, of(object[key])]));
}
