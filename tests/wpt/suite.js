// Runs files of web-platform-tests in Chromium, with our implementation or with its own, and gives
// each subtest's outcome.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startBroker } from '../../js/node.js';
import { pathOf, serveSuite } from './server.js';

const executablePath = '/usr/bin/chromium';
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
  '--disable-background-networking', '--disable-component-update', '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required'];
export const outcomes = ['PASS', 'FAIL', 'TIMEOUT', 'NOTRUN', 'PRECONDITION_FAILED'];
export const harnessOutcomes = ['OK', 'ERROR', 'TIMEOUT', 'PRECONDITION_FAILED'];
const pagesAtOnce = 3;
// The harness ends a long test after 60 s; a page that is silent for longer has died.
const silenceMsMax = 90_000;

// whyNot says what keeps the suite from running here, or is null.
export function whyNot(folder = process.env.WPT_DIR) {
  if (!folder) return 'WPT_DIR names no directory of web-platform-tests';
  if (!existsSync(join(folder, 'resources/testharness.js'))) return `there is no resources/testharness.js in WPT_DIR`;
  if (!existsSync(executablePath)) return 'Chromium is not installed';
  return null;
}

// runSuite gives { file: { harness, message, tests: [{ name, outcome, message }] } }; told(file, result)
// as each ends. native: the browser's own implementation.
export async function runSuite({ folder = process.env.WPT_DIR, files, native = false, told = () => {} }) {
  const broker = native ? null : await startBroker({ loopback: true, addresses: 'default_public_and_private_interfaces' });
  const server = await serveSuite({ folder, broker });
  const browser = await chromium.launch({ executablePath, args: flags, headless: true });
  const waiting = [...files];
  const results = {};
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      results[file] = await runFile(browser, server, file);
      told(file, results[file]);
    }
  };
  try {
    await Promise.all(Array.from({ length: pagesAtOnce }, work));
  } finally {
    await browser.close();
    await server.close();
    await broker?.close();
  }
  return results;
}

async function runFile(browser, server, file) {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  try {
    const page = await context.newPage();
    return await resultOf(page, `${server.origin}${pathOf(file)}`);
  } finally {
    await context.close();
  }
}

async function resultOf(page, address) {
  let done;
  const result = new Promise((resolve) => (done = resolve));
  const dead = (message) => done({ harness: 'ERROR', message, tests: [] });
  page.on('crash', () => dead('the page crashed'));
  await page.exposeBinding('portcullisFailed', (_, message) => dead(message));
  await page.exposeBinding('portcullisReport', ({ frame }, report) => {
    if (frame === page.mainFrame()) done(outcomeOf(report));
  });
  const timer = setTimeout(() => dead('the page fell silent'), silenceMsMax);
  try {
    await page.goto(address, { waitUntil: 'commit' });
    return await result;
  } finally {
    clearTimeout(timer);
  }
}

function outcomeOf({ status, message, tests }) {
  return {
    harness: harnessOutcomes[status],
    message,
    tests: tests.map((test) => ({ name: test.name, outcome: outcomes[test.status], message: test.message })),
  };
}
