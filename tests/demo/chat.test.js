// The chat demo as its users see it: two tabs find each other, talk, send a file, and part.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { serve } from '../../demo/server.js';
import { startBroker } from '../../js/node.js';
import { haveChromium, launchBrowser } from '../interop/ends/browser.js';
import { programPath } from '../interop/host.js';

const timeout = 120_000;

test('two tabs chat and send a file', { timeout, skip: !haveChromium }, async (t) => {
  const broker = await startBroker({ loopback: true, broker: programPath('portcullis-broker') });
  t.after(() => broker.close());
  const server = await serve({ token: async (origin) => ({ url: broker.url, token: await broker.token(origin) }) });
  t.after(() => server.close());
  await broker.allow(server.origin);
  const browser = await launchBrowser();
  t.after(() => browser.close());

  const first = await browser.newPage();
  await first.goto(`${server.origin}/demo/chat/`);
  await first.getByText('Nobody else is here yet').waitFor();
  const second = await browser.newPage();
  await second.goto(first.url());
  for (const page of [first, second]) await page.getByText('Connected', { exact: true }).waitFor();

  await first.keyboard.type('from the first tab'); // the field has the focus by itself
  await first.keyboard.press('Enter');
  await second.getByRole('listitem').filter({ hasText: 'Other tab: from the first tab' }).waitFor();

  const buffer = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
  await second.setInputFiles('#file', { name: 'gate.bin', mimeType: 'application/octet-stream', buffer });
  const [download] = await Promise.all([first.waitForEvent('download'), first.getByRole('link', { name: 'Save gate.bin' }).click()]);
  assert.deepEqual(await readFile(await download.path()), buffer);

  await second.close();
  await first.getByText('The other tab has left.').waitFor();
});
