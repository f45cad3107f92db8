// The transaction-ID and key scan: a test build of the host tells the SHA-256 of each secret it
// makes; none of them may be in anything that the page could see. The same scan must find what a
// leaking host leaks and what the test itself plants, or its silence would mean nothing.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { haveChromium, launchBrowser } from '../interop/ends/browser.js';
import { play } from '../interop/ends/end.js';
import { startHost } from '../interop/host.js';
import { Evidence, PageRecorder } from './evidence.js';

const timeout = 120_000;
const scenarios = 'interop/scenarios';
let browser;

test.before(async () => {
  browser = haveChromium && await launchBrowser();
});
test.after(() => browser?.close());

test('X1: no secret of the host is in anything the page could see', { timeout, skip: !haveChromium }, async (t) => {
  const { scan, secretKinds } = await callAndScan(t, 'portcullis-worker-test');
  t.diagnostic(`${scan.secrets} secrets, ${scan.windows} windows`);
  assert.deepEqual(scan.found, []);
  for (const kind of ['stun-transaction-id', 'private-key', 'dtls-key']) {
    assert.ok(secretKinds.has(kind), `the host told of no ${kind}: ${[...secretKinds]}`);
  }
  assert.ok(scan.windows > 1e6, 'too little was scanned');
});

test('a host that leaks one transaction ID is found out', { timeout, skip: !haveChromium }, async (t) => {
  const { scan } = await callAndScan(t, 'portcullis-worker-leak');
  assert.notEqual(scan.found.length, 0);
  assert.match(scan.found.join('\n'), /stun-transaction-id/);
});

test('what is planted in the page is found, in each place and form', { timeout, skip: !haveChromium }, async (t) => {
  const { scan } = await callAndScan(t, 'portcullis-worker-test', plant);
  const places = scan.found.map((line) => line.replace(/^(\S+) \d+ in a-(\w+)\S* as (\w+)$/, '$1 $2 $3')).sort();
  for (const place of ['planted-binary-string heap bytes', 'planted-hex heap hex', 'planted-base64 heap base64',
    'planted-memory wasm bytes', 'planted-frame link bytes', 'planted-console text hex']) {
    assert.ok(places.includes(place), `${place} was not found; found were: ${places}`);
  }
  assert.ok(scan.found.every((line) => line.startsWith('planted-')), scan.found.join('\n'));
});

// Two pages call each other in every way that makes secrets; page a is then searched.
async function callAndScan(t, worker, meanwhile = async () => {}) {
  const evidence = new Evidence();
  t.after(() => evidence.remove());
  const host = await startHost({ worker, secretsFile: evidence.secretsFile });
  t.after(() => host.close());
  const recorder = new PageRecorder(evidence, 'a');
  const a = await browser.pageEnd(host.server, 'portcullis', { prepare: (page) => recorder.attach(page) });
  t.after(() => a.close());
  const b = await browser.pageEnd(host.server, 'portcullis');
  t.after(() => b.close());
  for (const scenario of ['messages', 'restart', 'proof']) {
    await Promise.all([a.reset(), b.reset()]);
    await play(`${scenarios}/${scenario}.js`, [a, b]);
  }
  await meanwhile({ page: a.page, evidence });
  await recorder.take();
  assert.ok(recorder.frameBytes > 1e6, 'the link was not recorded');
  const secretKinds = new Set(readFileSync(evidence.secretsFile, 'utf8').split('\n').map((line) => line.split(' ')[0]));
  return { scan: await evidence.scan(), secretKinds };
}

async function plant({ page, evidence }) {
  const secret = (kind, length) => {
    const bytes = randomBytes(length).map((byte) => byte || 1); // V8 ends a string's name at a zero
    const digest = createHash('sha256').update(bytes).digest('hex');
    appendFileSync(evidence.secretsFile, `planted-${kind} ${length} ${digest}\n`);
    return bytes;
  };
  const kept = {
    binary: secret('binary-string', 12).toString('latin1'),
    hex: `x${secret('hex', 12).toString('hex')}`,
    base64: Buffer.concat([Buffer.from('!'), secret('base64', 32)]).toString('base64'),
  };
  await page.evaluate((value) => {
    globalThis.kept = value;
  }, kept);
  await page.evaluate((bytes) => {
    const memory = new Uint8Array(globalThis.wasmMemories[0].buffer);
    memory.set(bytes, memory.length - bytes.length - 1);
  }, [...secret('memory', 48)]);
  await page.evaluate((text) => console.log(text), secret('console', 16).toString('hex').toUpperCase());
  await page.evaluate(async (bytes) => {
    const channel = globalThis.end.env.state.pc.createDataChannel('plant');
    await new Promise((done) => channel.addEventListener('open', done));
    channel.send(new Uint8Array(bytes));
    await globalThis.end.env.state.pc.getStats(); // what is asked after it was sent comes back after it
  }, [...secret('frame', 16)]);
}
