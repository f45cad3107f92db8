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

// A disk from which the sender's tab reads no more of a file than it is let, however fast all else is.
class Disk {
  #readable = 0;
  #waiting = [];

  let(bytes) {
    this.#readable = bytes;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  // attach puts it under a page that is not loaded yet, and under those that follow in its tab.
  async attach(page) {
    await page.exposeFunction('readableBeyond', async (end) => {
      while (end > this.#readable) await new Promise((wake) => this.#waiting.push(wake));
      return this.#readable;
    });
    await page.addInitScript(() => {
      const { slice, arrayBuffer } = Blob.prototype;
      let readable = 0;
      Blob.prototype.slice = function slow(start, end, ...rest) {
        return Object.assign(slice.call(this, start, end, ...rest), {
          async arrayBuffer() {
            if (end > readable) readable = await globalThis.readableBeyond(end);
            return arrayBuffer.call(this);
          },
        });
      };
    });
  }
}

async function start(t, disk) {
  const broker = await startBroker({ loopback: true, broker: programPath('portcullis-broker') });
  t.after(() => broker.close());
  const server = await serve({ token: async (origin) => ({ url: broker.url, token: await broker.token(origin) }) });
  t.after(() => server.close());
  await broker.allow(server.origin);
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const [first, second] = [await browser.newPage(), await browser.newPage()];
  await disk?.attach(first);
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
  const disk = new Disk();
  const { first, second } = await start(t, disk);
  disk.let(size / 8);
  await first.setInputFiles('#file', path);
  await second.getByRole('button', { name: 'Receive' }).click();

  await passes(second, size / 16);
  await second.getByRole('button', { name: 'Pause' }).click();
  await first.getByText('Paused').waitFor();
  disk.let(size / 4);
  await second.getByRole('button', { name: 'Continue' }).click();

  await passes(second, 3 * size / 16);
  await second.reload();
  await second.getByRole('progressbar').waitFor();
  await passes(second, 3 * size / 16); // what was there is there still
  await first.reload();
  await first.getByText('Connected', { exact: true }).waitFor();
  const before = await valueOf(second);
  assert.ok(before > 0 && before < size, 'the sender went away on the way');
  disk.let(size);
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
