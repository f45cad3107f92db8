// Drives ends that are pages: one Chromium for a test file, one page for each end.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { End } from './end.js';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
  '--disable-background-networking', '--disable-component-update',
  '--allow-loopback-in-peer-connection'];
/* Plain host candidates, loopback among them: the machine may have nothing else. */
const plainFlags = ['--disable-features=WebRtcHideLocalIpsWithMdns'];

export const haveChromium = executablePath !== undefined;

// chromiumVersion is what the program calls itself.
export function chromiumVersion() {
  return /[\d.]+/.exec(spawnSync(executablePath, ['--version'], { encoding: 'utf8' }).stdout)[0];
}

// launchBrowser: names leaves Chromium its mDNS names in the place of addresses.
export async function launchBrowser({ names = false } = {}) {
  const args = names ? flags : [...flags, ...plainFlags];
  const browser = await chromium.launch({ executablePath, args, headless: true });
  return {
    close: () => browser.close(),
    newPage: async () => (await browser.newContext()).newPage(),
    pageEnd: (...args) => PageEnd.open(browser, ...args),
    pid: () => browserPid(browser),
  };
}

async function browserPid(browser) {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  return processInfo.find(({ type }) => type === 'browser').id;
}

export class PageEnd extends End {
  // open makes a page of its own profile at the server. prepare: (page) => work before it loads.
  static async open(browser, server, rtc, { prepare, name = `${rtc} page` } = {}) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const end = new PageEnd(name, context, page);
    page.on('console', (message) => end.console.push(message.text()));
    page.on('pageerror', (error) => end.console.push(String(error)));
    page.on('crash', () => end.lose(new Error(`${name} crashed`)));
    await page.exposeBinding('portcullisPost', (_, message) => end.posted(message));
    await prepare?.(page);
    await page.goto(`${server.origin}/tests/interop/ends/page.html?rtc=${rtc}`);
    await page.waitForFunction(() => globalThis.end !== undefined);
    await page.evaluate(() => globalThis.end.ready);
    return end;
  }

  console = [];

  constructor(name, context, page) {
    super(name);
    this.context = context;
    this.page = page;
  }

  reset() {
    return this.page.evaluate(() => globalThis.end.reset());
  }

  deliver(message) {
    this.page.evaluate((value) => globalThis.end.deliver(value), message).catch((error) => this.lose(error));
  }

  evaluateRun(module, half, params) {
    return this.page.evaluate(([m, h, p]) => globalThis.end.run(m, h, p), [module, half, params]);
  }

  async close() {
    await this.context.close().catch(() => {});
  }
}
