// npm run compat: libraries from npm, unmodified, on Portcullis instead of a browser's WebRTC.
//
//   npm run compat [-- --readme] [-- --only NAME]     --readme keeps the table in README.md; with --only
//                                                     the rows of the others there stay as they were
//
// Ends with 1 when anything failed. What could not be run is said, with the reason.
import { parseArgs } from 'node:util';
import { haveChromium, launchBrowser } from '../interop/ends/browser.js';
import { startHost } from '../interop/host.js';
import { runAdapter } from './adapter.js';
import { libraries } from './libraries.js';
import { pairings, playLibrary } from './play.js';
import { runOwnTests, skipReason } from './simple_peer_tests.js';
import { keepInReadme, keptInReadme, markdown, today, versionOf } from '../table.js';

const { values: options } = parseArgs({ options: { readme: { type: 'boolean' }, only: { type: 'string' } } });
const isWanted = (name) => !options.only || name === options.only;
const rows = [];
const notes = [];
let failures = 0;

function tell(name, others, where, results) {
  const passed = results.filter(({ error }) => !error);
  failures += results.length - passed.length;
  const versions = [name, ...others].map((each) => `${each} ${versionOf(each)}`).join(', ');
  rows.push([versions, where, results.length, passed.length]);
  console.log(`${versions}, ${where}: ${passed.length} of ${results.length}`);
  for (const { what, error } of results) {
    if (error) console.log(`  failed: ${what}: ${error.message.split('\n')[0]}`);
  }
}

function leaveOut(what, reason) {
  notes.push(`${what}: not run, ${reason}`);
  console.log(notes.at(-1));
}

const host = haveChromium ? await startHost() : null;
const browser = haveChromium ? await launchBrowser() : null;
const pages = haveChromium ? { browser, server: host.server } : undefined;
try {
  for (const library of libraries.filter(({ name }) => isWanted(name))) {
    for (const pairing of Object.keys(pairings)) {
      if (!pages && pairing.includes('page')) {
        leaveOut(`${library.name}, ${pairing}`, 'Chromium is not installed');
      } else {
        tell(library.name, library.with ?? [], pairing, await playLibrary(library, pairing, { pages }));
      }
    }
  }
  if (isWanted('webrtc-adapter')) {
    if (pages) tell('webrtc-adapter', [], 'page, page', await runAdapter(pages));
    else leaveOut('webrtc-adapter', 'Chromium is not installed');
  }
  if (isWanted('simple-peer')) await own();
} finally {
  await browser?.close();
  await host?.close();
}

async function own() {
  const reason = skipReason();
  if (reason) return leaveOut("simple-peer's own test files", reason);
  const { results, numMedia } = await runOwnTests();
  tell('simple-peer', [], 'its own test files, Node', results);
  return notes.push(`Of simple-peer's own tests ${numMedia} more make media streams and were not run.`);
}

const tableOf = (all) => markdown(['library', 'where', 'tests run', 'passed'], all);

function keepAll() {
  keepInReadme('compat', `${tableOf(rows)}\n\n${[`Run on ${today()}.`, ...notes].join(' ')}`);
}

// keepOnly changes the rows that were run of one library, where they are or at the end, and says the
// day if it is another than the others'.
function keepOnly(name) {
  const kept = keptInReadme('compat');
  const isOld = ([versions, where]) => versions.startsWith(`${name} `) && rows.some((row) => row[1] === where);
  const at = kept.rows.findIndex(isOld);
  const others = kept.rows.filter((row) => !isOld(row));
  others.splice(at < 0 ? others.length : at, 0, ...rows);
  const below = kept.below.replace(/^Run on [^.]*/, (all) => {
    const [day, ...later] = all.split(', ').filter((each) => !each.startsWith(`${name} on `));
    return [day, ...later, ...(day.endsWith(today()) ? [] : [`${name} on ${today()}`])].join(', ');
  });
  keepInReadme('compat', `${tableOf(others)}\n\n${below}`);
}

console.log(`\n${tableOf(rows)}\n\n${notes.join('\n')}`);
if (options.readme) (options.only ? keepOnly(options.only) : keepAll());
process.exitCode = failures > 0 ? 1 : 0;
