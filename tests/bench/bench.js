// npm run bench: Portcullis beside others, in one run on one machine, by the same program.
//
//   npm run bench [-- --quick] [-- --rounds N] [-- --only node|page]
//
// Each round measures both sides, one after the other, and the next round begins with the other
// one. Figures are medians over rounds; a ratio is the median of the rounds' own ratios, so that a
// machine that changes its speed between rounds does not change it.
import { readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { haveChromium, launchBrowser } from '../interop/ends/browser.js';
import { play } from '../interop/ends/end.js';
import { NodeEnd } from '../interop/ends/node.js';
import { startHost } from '../interop/host.js';
import { familyOf, statOf } from '../hostile/processes.js';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, rounds: { type: 'string' }, only: { type: 'string' } } });
const rounds = Number(options.rounds ?? (options.quick ? 3 : 5));
const scale = options.quick ? 0.25 : 1;
const ticksPerSecond = 100; /* USER_HZ, the unit of /proc/PID/stat on every Linux */
const megabytes = 1e6;
const stepMs = 60_000;
const module = 'bench/measure.js';

const figures = [
  ['open', 'time to open, ms', 1],
  ['roundTrip', 'round trip, us', 0],
  ['goodput64K', 'goodput at 64 KiB, MB/s', 1],
  ['goodput1K', 'goodput at 1 KiB, MB/s', 1],
  ['cpu64K', 'CPU seconds per GB at 64 KiB', 2],
  ['cpu1K', 'CPU seconds per GB at 1 KiB', 2],
];

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

// measure takes every figure of one pair of ends. pids: the processes whose families do the work.
async function measure(ends, pids, { opens, pings, bytes64K, bytes1K }) {
  const run = async (name, params) => (await inTime(play(module, ends, params, [`${name}A`, `${name}B`]), `${ends[0].name}: ${name}`)).a;
  const openTimes = [];
  for (let i = 0; i < opens; i++) openTimes.push(await run('open'));
  const flow = async (bytes, size) => {
    const before = cpuSeconds(pids);
    const goodput = await run('goodput', { bytes: Math.ceil(bytes / size) * size, size });
    return { goodput, cpu: (cpuSeconds(pids) - before) / (bytes / 1e9) };
  };
  const roundTrip = await run('roundTrip', { count: pings });
  await flow(bytes64K / 8, 65536); // the first megabytes are the congestion window's
  const large = await flow(bytes64K, 65536);
  const small = await flow(bytes1K, 1024);
  return { open: median(openTimes), roundTrip, goodput64K: large.goodput, goodput1K: small.goodput,
    cpu64K: large.cpu, cpu1K: small.cpu };
}

// inTime turns a side that hangs into an error that says where.
async function inTime(promise, what) {
  let timer;
  const late = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Error(`${what} took longer than ${stepMs / 1000} s`)), stepMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function cpuSeconds(pids) {
  const all = new Set(pids().flatMap(familyOf));
  return [...all].reduce((sum, pid) => sum + (statOf(pid)?.cpuTicks ?? 0), 0) / ticksPerSecond;
}

// compare runs the rounds of two sides and prints their table. side: { name, measure }.
async function compare(title, ours, theirs) {
  const results = [];
  for (let round = 0; round < rounds; round++) {
    process.stderr.write(`${title}: round ${round + 1} of ${rounds}\n`);
    const pair = new Map();
    for (const side of round % 2 ? [theirs, ours] : [ours, theirs]) pair.set(side, await side.measure());
    results.push({ ours: pair.get(ours), theirs: pair.get(theirs) });
  }
  const columns = [34, 12, 26, 9];
  const line = (cells) => cells.map((cell, i) => (i ? cell.padStart(columns[i]) : cell.padEnd(columns[i]))).join('');
  console.log(`\n${line([`${title}, ${rounds} rounds`, ours.name, theirs.name, 'ratio'])}`);
  for (const [key, what, digits] of figures) {
    const [a, b] = ['ours', 'theirs'].map((side) => median(results.map((result) => result[side][key])));
    const ratio = median(results.map((result) => result.ours[key] / result.theirs[key]));
    console.log(line([what, a.toFixed(digits), b.toFixed(digits), `${ratio.toFixed(2)}x`]));
  }
}

function nodeSide(name, rtc) {
  const sizes = { opens: 15, pings: 2000 * scale, bytes64K: 400 * megabytes * scale, bytes1K: 100 * megabytes * scale };
  return { name, measure: async () => {
    const ends = await Promise.all([NodeEnd.open(rtc), NodeEnd.open(rtc)]);
    try {
      return await measure(ends, () => ends.map((end) => end.pid), sizes);
    } finally {
      await Promise.all(ends.map((end) => end.close()));
    }
  } };
}

function pageSide(name, rtc, host, browser) {
  const sizes = { opens: 7, pings: 1000 * scale, bytes64K: 160 * megabytes * scale, bytes1K: 32 * megabytes * scale };
  return { name, measure: async () => {
    const ends = [await browser.pageEnd(host.server, rtc), await browser.pageEnd(host.server, rtc)];
    const pids = [await browser.pid(), ...(rtc === 'portcullis' ? [host.broker.pid] : [])];
    try {
      return await measure(ends, () => pids, sizes);
    } finally {
      await Promise.all(ends.map((end) => end.close()));
    }
  } };
}

async function comparePages() {
  const host = await startHost();
  const browser = await launchBrowser();
  try {
    await compare('Page to page', pageSide('Portcullis', 'portcullis', host, browser),
      pageSide('Chromium’s own', 'native', host, browser));
  } finally {
    await browser.close();
    await host.close();
  }
}

function version(name) {
  return JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url))).version;
}

console.log(`${cpus()[0].model}, ${cpus().length} processors, Linux ${release()}, Node ${process.versions.node}`);
console.log('Ratio: Portcullis to the other. CPU: all processes of both ends, browser, broker and workers too.');
if (options.only !== 'page') {
  await compare('Node to Node', nodeSide('Portcullis', 'portcullis'),
    nodeSide(`node-datachannel ${version('node-datachannel')}`, 'node-datachannel'));
}
if (options.only === 'node') process.exit();
if (haveChromium) await comparePages();
else console.log('\nPage to page: not measured, Chromium is not installed (npm test installs it)');
