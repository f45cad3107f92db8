// npm start proves itself before it serves: the report of its own call, by pages and by Node alone.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { proveByNode } from '../../demo/proof.js';

const timeout = 120_000;

test('npm start prints a report of a real call in which no secret was found', { timeout }, async () => {
  const start = fileURLToPath(new URL('../../demo/start.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [start, '--once']);
  assert.match(stdout, /ICE pair +\S+ udp \S+ to \S+ udp \S+/);
  assert.match(stdout, /DTLS +1\.2, TLS_ECDHE_ECDSA_WITH_\S+/);
  assert.equal(stdout.match(/(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/g).length, 2);
  assert.match(stdout, /bytes +1,048,\d+ one way, 1,048,\d+ the other/);
  assert.match(stdout, /time to open +\d+ ms/);
  assert.match(stdout, /secrets +0 found of the host's [1-9]\d*, in [1-9][\d,]* windows/);
});

test('without Chromium two Node programs prove the same', { timeout }, async () => {
  const { a, b, scan } = await proveByNode();
  assert.equal(a.localFingerprint, b.remoteFingerprint);
  assert.equal(b.localFingerprint, a.remoteFingerprint);
  assert.deepEqual(scan.found, []);
  assert.ok(scan.secrets > 0 && scan.windows > 1e6);
});
