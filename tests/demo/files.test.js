// The file demo as its users see it: a large file is taken, paused, goes on after a reload of the
// receiver and after one of the sender, and is the same in the end.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../../demo/server.js';
import { startBroker } from '../../js/node.js';
import { haveChromium, launchBrowser } from '../interop/ends/browser.js';
import { programPath } from '../interop/host.js';

const timeout = 120_000;
const size = 48 << 20;

// Bytes that repeat nowhere near, without asking for randomness.
function bytesOf(length) {
  const words = new Uint32Array(length / 4);
  for (let i = 0, state = 1; i < words.length; i++) words[i] = state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Buffer.from(words.buffer);
}

async function start(t) {
  const broker = await startBroker({ loopback: true, broker: programPath('portcullis-broker') });
  t.after(() => broker.close());
  const server = await serve({ token: async (origin) => ({ url: broker.url, token: await broker.token(origin) }) });
  t.after(() => server.close());
  await broker.allow(server.origin);
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const [first, second] = [await browser.newPage(), await browser.newPage()];
  await first.goto(`${server.origin}/demo/files/`);
  await first.getByText('Nobody else is here yet').waitFor();
  await second.goto(first.url());
  for (const page of [first, second]) await page.getByText('Connected', { exact: true }).waitFor();
  return { first, second };
}

const valueOf = (page) => page.locator('progress').evaluate(({ value }) => value);

// passes resolves when the bar of a page has passed so many bytes.
function passes(page, bytes) {
  return page.waitForFunction((least) => document.querySelector('progress')?.value >= least, bytes, { polling: 20, timeout });
}

test('a large file is paused, survives reloads of both tabs, and is whole', { timeout, skip: !haveChromium }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'files-'));
  t.after(() => rm(folder, { recursive: true }));
  const content = bytesOf(size);
  const path = join(folder, 'large.bin');
  await writeFile(path, content);
  const { first, second } = await start(t);
  await first.setInputFiles('#file', path);
  await second.getByRole('button', { name: 'Receive' }).click();

  await passes(second, size / 16);
  await second.getByRole('button', { name: 'Pause' }).click();
  await first.getByText('Paused').waitFor();
  await second.getByRole('button', { name: 'Continue' }).click();

  await passes(second, size / 8);
  await second.reload();
  await second.getByRole('progressbar').waitFor();
  await passes(second, size / 8); // what was there is there still
  await first.reload();
  await first.getByText('Connected', { exact: true }).waitFor();
  const before = await valueOf(second);
  assert.ok(before > 0 && before < size, 'the sender went away on the way');
  await first.setInputFiles('#file', path);

  const sha256 = createHash('sha256').update(content).digest('hex');
  for (const page of [first, second]) await page.getByText(`SHA-256 ${sha256}`).waitFor({ timeout });
  const [download] = await Promise.all([second.waitForEvent('download'), second.getByRole('link', { name: 'Save' }).click()]);
  assert.ok(content.equals(await readFile(await download.path())));
});

test('a file that is refused is not sent', { timeout, skip: !haveChromium }, async (t) => {
  const { first, second } = await start(t);
  await first.setInputFiles('#file', { name: '<b>no</b>.txt', mimeType: 'text/plain', buffer: Buffer.from('no') });
  await second.getByText('<b>no</b>.txt').waitFor();
  await second.getByRole('button', { name: 'Refuse' }).click();
  await first.getByText('The other tab does not want it').waitFor();
});
