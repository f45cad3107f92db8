// The key of a certificate that a page keeps goes to the store and back: it is in nothing that crossed the
// page's link. The store's own file has it, which shows that the search would find it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync, copyFileSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KeyAlgorithm } from '../../js/lib/names.js';
import { Page, within } from '../host/page.js';
import { programPath } from '../interop/host.js';
import { Evidence } from './evidence.js';

const origin = 'https://app.example';

/** A page of a broker of its own; bytes gets all that the page hears. */
function startPage(state, secretsFile, bytes) {
  const secrets = openSync(secretsFile, 'a');
  const child = spawn(programPath('portcullis-broker'), ['--link-fd', '3', '--origin', origin, '--state', state,
    '--worker', programPath('portcullis-worker-test'), '--secrets-fd', '4'], { stdio: ['ignore', 'inherit', 'inherit', 'pipe', secrets] });
  closeSync(secrets);
  const exited = new Promise((resolve) => child.on('exit', resolve));
  child.stdio[3].on('data', (chunk) => bytes.push(chunk));
  return { page: new Page(child.stdio[3]), exited };
}

test('A34: the key of a kept certificate is in the store and in nothing that the page could see', async (t) => {
  const evidence = new Evidence();
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-'));
  t.after(() => {
    evidence.remove();
    rmSync(folder, { recursive: true });
  });
  const state = join(folder, 'state');
  writeFileSync(evidence.secretsFile, '');
  const bytes = [];
  let kept;
  for (const algorithm of ['ecdsa-p256', 'rsa-2048']) {
    const first = startPage(state, evidence.secretsFile, bytes);
    await first.page.hello();
    const { certificate } = await first.page.ask('makeCertificate', 'certificateMade', { algorithm: KeyAlgorithm[algorithm], lifetimeMs: 1_000_000n });
    ({ kept } = await first.page.ask('keepCertificate', 'certificateKept', { certificate }));
    first.page.destroy();
    await within(first.exited, 'the broker to end');
    const second = startPage(state, evidence.secretsFile, bytes);
    await second.page.hello();
    assert.notEqual((await second.page.ask('recallCertificate', 'certificateMade', { kept })).certificate, 0);
    second.page.destroy();
    await within(second.exited, 'the broker to end');
  }
  writeFileSync(evidence.path('link'), Buffer.concat(bytes));
  assert.ok(Buffer.concat(bytes).includes(Buffer.from(kept)), 'the link was not recorded');
  const told = readFileSync(evidence.secretsFile, 'utf8').split('\n').filter((line) => line.startsWith('private-key '));
  assert.ok(told.length >= 4, 'a key was not told of');
  assert.deepEqual((await evidence.scan()).found, []);
  copyFileSync(join(state, 'grants.sqlite'), evidence.path('store'));
  const { found } = await evidence.scan();
  assert.ok(found.length > 0 && found.every((line) => / in store/.test(line)), found.join('\n'));
  assert.match(found.join('\n'), /^private-key/m);
});
