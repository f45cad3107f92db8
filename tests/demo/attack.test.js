// The hostile page as a person sees it: every attempt is made in Chromium and held, by keyboard, on a
// phone and in the dark.
import test from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { attackPages, AttackRange } from '../../demo/attack/server.js';
import { serve } from '../../demo/server.js';
import { haveChromium, launchBrowser } from '../interop/ends/browser.js';

const timeout = 120_000;
const root = new URL('../../', import.meta.url);
const screens = fileURLToPath(new URL('build/screens/', root));

let browser;
test.before(async () => {
  if (haveChromium) browser = await launchBrowser();
});
test.after(() => browser?.close());

async function open(t, { hash = '', ...options } = {}) {
  const range = new AttackRange(options);
  t.after(() => range.close());
  const server = await serve({ token: async () => ({}), posts: range.posts, framed: attackPages });
  t.after(() => server.close());
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(`${server.origin}${attackPages}${hash}`);
  return page;
}

test('a host that leaks one transaction ID is red on the hostile page', { timeout, skip: !haveChromium }, async (t) => {
  const page = await open(t, { hash: '#keys', worker: 'portcullis-worker-leak' });
  await page.getByRole('button', { name: 'Attack' }).click();
  await page.locator('#attempt-keys[data-state=broke]').waitFor({ timeout });
  assert.match(await page.locator('#attempt-keys .came').textContent(), /secrets of the host looked for in .*: [1-9]\d* found/);
});

test('every attempt of the hostile page is held, and says what stopped it', { timeout, skip: !haveChromium }, async (t) => {
  const page = await open(t);
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.keyboard.press('Tab'); // the button is the first thing to reach
  await page.keyboard.press('Enter');
  await page.locator('#status:not([data-state=waiting])').waitFor({ timeout });
  const rows = await page.locator('.attempt').evaluateAll((all) => all.map((one) => ({ id: one.id, state: one.dataset.state,
    came: one.querySelector('.came').textContent, file: one.querySelector('code').textContent })));
  for (const { id, state, came } of rows) t.diagnostic(`${id}: ${state}, ${came}`);
  assert.ok(rows.length >= 18);
  assert.deepEqual(rows.filter(({ state }) => state !== 'held'), []);
  for (const { file } of rows) assert.ok(existsSync(new URL(file, root)), file);
  assert.equal(await page.locator('#status').textContent(), 'All attempts held');
  assert.deepEqual(problems, []);
  await takeScreens(page);
});

async function takeScreens(page) {
  mkdirSync(screens, { recursive: true });
  const looks = { desk: [1000, 800, 'light'], dark: [1000, 800, 'dark'], phone: [360, 740, 'light'] };
  for (const [name, [width, height, colorScheme]] of Object.entries(looks)) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${name}: wider than its window by ${overflow}`);
    await page.screenshot({ path: `${screens}attack-${name}.png`, fullPage: true });
  }
}
