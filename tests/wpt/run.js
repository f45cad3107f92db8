// node tests/wpt/run.js [--native | --node] [--update] [--verbose] [FILTER...]
// Runs the files of web-platform-tests in WPT_DIR whose names contain a FILTER (all without one),
// says what differs from the expectation, or keeps it, and prints the count. --native: Chromium's own
// implementation; --node: ours without a browser.
import { parseArgs } from 'node:util';
import { differences, readExpectation, summaryOf, tableOf, writeExpectation } from './expectation.js';
import { allFiles } from './files.js';
import { runSuiteInNode } from './node.js';
import { runSuite, whyNot } from './suite.js';

const { values: options, positionals: filters } = parseArgs({
  options: { native: { type: 'boolean' }, node: { type: 'boolean' }, update: { type: 'boolean' }, verbose: { type: 'boolean' } },
  allowPositionals: true,
});
const reason = whyNot();
if (reason) {
  console.error(reason);
  process.exit(2);
}

// A whole name runs a file that is not on the list, too.
const others = filters.filter((text) => /\.(html|js)$/.test(text) && !allFiles.includes(text));
const wanted = (file) => filters.length === 0 || filters.some((text) => file.includes(text));
const files = [...allFiles.filter(wanted), ...others];
const name = options.native ? 'native' : options.node ? 'node' : 'expectation';
const results = options.node ? await runSuiteInNode({ files, told }) : await runSuite({ files, native: options.native, told });
const found = summaryOf(results);
const changed = differences(found, readExpectation(name));
if (options.update) {
  writeExpectation(found, name);
} else {
  for (const line of changed) console.log(line);
}
if (!options.native) console.log(tableOf({ ...readExpectation(name), ...found }, readExpectation('native')));
process.exitCode = changed.length > 0 && !options.update ? 1 : 0;

function told(file, { harness, message, tests }) {
  const passes = tests.filter(({ outcome }) => outcome === 'PASS').length;
  console.log(`${file}: ${passes} of ${tests.length}${harness === 'OK' ? '' : ` (${harness}: ${message})`}`);
  if (!options.verbose) return;
  for (const { name: subtest, outcome, message: why } of tests) {
    if (outcome !== 'PASS') console.log(`  ${outcome} ${subtest}\n       ${why}`);
  }
}
