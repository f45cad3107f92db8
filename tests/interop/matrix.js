// npm run interop: Portcullis in Node with every other implementation that is installed, both roles.
//
//   npm run interop [-- --readme] [-- --only PEER] [-- --opens N]
//
// For each role it plays the scenarios of cases.js and measures the time from new RTCPeerConnection()
// to an open channel at the offerer, N times (21 unless told). --readme keeps the table in README.md.
// Ends with 1 when a scenario failed; a peer that is not there is said to be, with the reason.
import { parseArgs } from 'node:util';
import { aiortcVersion } from './ends/aiortc.js';
import { chromiumVersion, haveChromium, launchBrowser } from './ends/browser.js';
import { firefoxVersion, haveFirefox, launchFirefox } from './ends/firefox.js';
import { NodeEnd } from './ends/node.js';
import { play } from './ends/end.js';
import { essentials, everything } from './cases.js';
import { startSite } from './host.js';
import { keepInReadme, markdown, today, versionOf } from '../table.js';

const { values: options } = parseArgs({
  options: { readme: { type: 'boolean' }, only: { type: 'string' }, opens: { type: 'string' } },
});
const numOpens = Number(options.opens ?? 21);
const caseMs = 60_000;
const openMs = 30_000;
const bulkBytes = 12e6; /* aiortc and werift move a few megabytes a second */

// A peer: its name, what runs it, its version ('' when it is not installed), and open(), which gives
// ends until close().
const peers = [
  { name: 'Chromium', key: 'chromium', version: haveChromium ? chromiumVersion() : '', launch: launchBrowser },
  { name: 'Firefox', key: 'firefox', version: haveFirefox ? firefoxVersion() : '', launch: launchFirefox },
  { name: 'aiortc', key: 'aiortc', version: aiortcVersion() },
  ...['node-datachannel', 'werift', '@roamhq/wrtc'].map((name) => ({
    name, key: name.replace('@roamhq/', ''), version: installed(name),
  })),
];

function installed(name) {
  try {
    return versionOf(name);
  } catch {
    return '';
  }
}

// Where both ends have all of W3C's API, everything is played.
function casesOf({ key }, role) {
  const isBrowser = key === 'chromium' || key === 'firefox';
  return isBrowser ? everything(key, role) : essentials(key, role, bulkBytes);
}

async function within(ms, work) {
  let timer;
  const late = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Error(`not done after ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}

// Pair holds one end of ours and one of theirs, in the order offerer, answerer, for many calls; after
// a failure the next call gets fresh ones.
class Pair {
  #open;
  #ends = [];

  constructor(open) {
    this.#open = open;
  }

  async play(ms, module, params, halves) {
    try {
      if (this.#ends.length === 0) this.#ends = await Promise.all(this.#open.map((each) => each()));
      await Promise.all(this.#ends.map((end) => end.reset()));
      return await within(ms, play(module, this.#ends, params, halves));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close() {
    for (const end of this.#ends.splice(0)) {
      end.child?.kill('SIGKILL');
      await end.close().catch(() => {});
    }
  }
}

// playRole resolves with { run, passed, opens (ms, sorted), failures }; role is the peer's.
async function playRole(peer, role, theirs) {
  const ours = () => NodeEnd.open('portcullis');
  const pair = new Pair(role === 'b' ? [ours, theirs] : [theirs, ours]);
  const result = { run: 0, passed: 0, opens: [], failures: [] };
  const attempt = async (what, work) => {
    try {
      return await work();
    } catch (error) {
      result.failures.push(`${what}: ${error.message.split('\n')[0]}`);
      return null;
    }
  };
  for (const [what, module, params, halves] of casesOf(peer, role)) {
    result.run++;
    const done = await attempt(what, () => pair.play(caseMs, module, params, halves));
    if (done) result.passed++;
  }
  for (let i = 0; i < numOpens; i++) {
    const done = await attempt('opening', () => pair.play(openMs, 'interop/scenarios/open.js'));
    if (done) result.opens.push(done.a.openMs);
  }
  await pair.close();
  result.opens.sort((one, other) => one - other);
  return result;
}

const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
const milliseconds = (value) => (value === undefined ? '-' : value.toFixed(value < 10 ? 1 : 0));

function cellsOf({ run, passed, opens }) {
  return [`${passed} of ${run}`, `${milliseconds(at(opens, 0.5))} (${milliseconds(at(opens, 0))} to ${milliseconds(opens.at(-1))})`];
}

async function playPeer(peer) {
  const site = peer.launch && await startSite();
  const browser = await peer.launch?.();
  const theirs = browser ? () => browser.pageEnd(site, 'native') : () => NodeEnd.open(peer.key);
  try {
    return [await playRole(peer, 'b', theirs), await playRole(peer, 'a', theirs)];
  } finally {
    await browser?.close();
    await site?.close();
  }
}

const rows = [];
let failures = 0;
for (const peer of peers.filter(({ key }) => !options.only || options.only === key)) {
  if (!peer.version) {
    rows.push([peer.name, 'not run: it is not installed', '', '', '']);
    console.log(`${peer.name}: not run, it is not installed`);
    continue;
  }
  const results = await playPeer(peer);
  rows.push([`${peer.name} ${peer.version}`, ...results.flatMap(cellsOf)]);
  console.log(rows.at(-1).join(' | '));
  results.forEach((result, i) => {
    for (const line of result.failures) console.log(`  failed, ${['we offer', 'it offers'][i]}: ${line}`);
    failures += result.failures.length;
  });
}

const head = ['peer', 'we offer: scenarios', 'opens in ms', 'it offers: scenarios', 'opens in ms'];
const table = markdown(head, rows);
console.log(`\n${table}`);
if (options.readme) {
  keepInReadme('interop', `${table}\n\nRun on ${today()}, Portcullis in Node. Times are medians of ${numOpens} calls, least to most in brackets.`);
}
process.exitCode = failures > 0 ? 1 : 0;
