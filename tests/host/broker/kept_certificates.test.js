// A34, A35, X40: a certificate that a page keeps on purpose comes back with the same fingerprint, after a
// reload and after the broker was started anew, for its own origin only; its key is nowhere else.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import { connect, forgetCertificate, keepCertificate, recallCertificate } from '../../../js/node.js';
import { generateCertificate } from '../../../js/lib/certificates.js';
import { KeyAlgorithm, Status } from '../../../js/lib/names.js';
import { Broker } from '../control.js';
import { brokerPath, within } from '../page.js';
import { Client, helloFrame } from '../websocket.js';

const broker = brokerPath;
const command = join(dirname(brokerPath), 'portcullis');
const site = 'https://app.example';
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' };
const rsa = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' };
const cleanups = [];

after(async () => {
  for (const clean of cleanups.reverse()) await clean();
});

function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  return join(folder, 'state');
}

/** A session with a broker of its own, which ends with it. */
async function visit(state, origin = site) {
  const session = await connect({ origin, broker, loopback: true, args: state ? ['--state', state] : [] });
  cleanups.push(() => session.close());
  return session;
}

const printOf = (certificate) => certificate.getFingerprints()[0].value;

test('A34: a kept certificate comes back after the broker was started anew, with the same fingerprint', async () => {
  const state = newFolder();
  for (const algorithm of [ecdsa, rsa]) {
    const first = await visit(state);
    const made = await generateCertificate(first, algorithm);
    const handle = await keepCertificate(made);
    assert.match(handle, /^[0-9a-f]{32}$/);
    assert.equal(structuredClone(handle), handle);
    first.close();
    const second = await visit(state);
    const again = await recallCertificate(second, handle);
    assert.equal(printOf(again), printOf(made));
    assert.equal(again.expires, made.expires);
    second.close();
  }
  assert.equal(statSync(join(state, 'grants.sqlite')).mode & 0o777, 0o600);
  assert.equal(statSync(state).mode & 0o777, 0o700);
});

test('A35: another origin\'s handle is as good as none', async () => {
  const state = newFolder();
  const first = await visit(state);
  const handle = await keepCertificate(await generateCertificate(first, ecdsa));
  const other = await visit(state, 'https://other.example');
  assert.equal(await recallCertificate(other, handle), null);
  assert.equal(await recallCertificate(other, '0'.repeat(32)), null);
  forgetCertificate(other, handle);
  assert.equal(await recallCertificate(other, 'no handle at all'), null);
  assert.ok(await recallCertificate(first, handle), 'another origin has forgotten it');
  forgetCertificate(first, handle);
  assert.equal(await recallCertificate(first, handle), null);
});

test('nothing is kept where nothing is remembered, nor for an insecure origin', async () => {
  const forgetful = await visit(null);
  await assert.rejects(keepCertificate(await generateCertificate(forgetful, ecdsa)), { name: 'NotSupportedError' });
  const local = await visit(newFolder(), 'http://localhost:8080');
  await assert.rejects(keepCertificate(await generateCertificate(local, ecdsa)), { name: 'NotAllowedError' });
  await assert.rejects(keepCertificate({}), TypeError);
});

test('an origin keeps so many and no more, and forgetting one makes room', async () => {
  const session = await visit(newFolder());
  const made = await generateCertificate(session, ecdsa);
  const handles = [];
  for (let i = 0; i < 16; i++) handles.push(await keepCertificate(made));
  assert.equal(new Set(handles).size, 16);
  await assert.rejects(keepCertificate(made), { name: 'QuotaExceededError' });
  forgetCertificate(session, handles[3]);
  await keepCertificate(made);
});

/** A page of a broker that serves many, record by record. */
async function link(host, around = '') {
  const answer = await host.ask(`token ${site} ${site}${around}`);
  const { client, status } = await Client.request(host.port);
  assert.equal(status, 101);
  client.write(helloFrame(Uint8Array.from(Buffer.from(answer.split(' ')[1], 'hex'))));
  const page = client.page();
  cleanups.push(() => page.destroy());
  await page.wait('welcome');
  return page;
}

const make = (page) => page.ask('makeCertificate', 'certificateMade', { algorithm: KeyAlgorithm['ecdsa-p256'], lifetimeMs: 1000000n });
const recall = (page, kept) => page.ask('recallCertificate', 'certificateMade', { kept });

test('X40: it comes back after a reload, not to a private page, and not after the site was reset', async () => {
  const state = newFolder();
  const host = await Broker.start({ args: ['--state', state] });
  cleanups.push(() => host.stop());
  const page = await link(host);
  const made = await make(page);
  const { kept } = await page.ask('keepCertificate', 'certificateKept', { certificate: made.certificate });
  page.end();
  const reloaded = await link(host);
  const back = await recall(reloaded, kept);
  assert.deepEqual(back.fingerprints, made.fingerprints);
  const opened = await reloaded.ask('openPeer', 'peerOpened', { icePolicy: 0, certificate: back.certificate, servers: [] });
  assert.deepEqual(opened.fingerprints, made.fingerprints);

  const hidden = await link(host, ' private');
  assert.equal((await recall(hidden, kept)).certificate, 0);
  const { certificate } = await make(hidden);
  await assert.rejects(hidden.ask('keepCertificate', 'certificateKept', { certificate }), ({ status }) => status === Status.DENIED.number);

  assert.equal(spawnSync(command, ['--state', state, 'grants', 'reset', site]).status, 0);
  assert.equal((await recall(reloaded, kept)).certificate, 0);
  // What the open page still has is not kept after all: it must be made anew, by a page opened later.
  await assert.rejects(reloaded.ask('keepCertificate', 'certificateKept', { certificate: back.certificate }),
    ({ status }) => status === Status.DENIED.number);
  const later = await link(host);
  const fresh = await make(later);
  assert.notDeepEqual(fresh.fingerprints, made.fingerprints);
  const { kept: second } = await later.ask('keepCertificate', 'certificateKept', { certificate: fresh.certificate });
  assert.equal(await within(host.ask('forget'), 'the answer'), 'ok');
  assert.equal((await recall(later, second)).certificate, 0);
});

test('a handle of this link that is none is refused, and a page that floods is told', async () => {
  const host = await Broker.start({ args: ['--state', newFolder()] });
  cleanups.push(() => host.stop());
  const page = await link(host);
  await assert.rejects(page.ask('keepCertificate', 'certificateKept', { certificate: 77 }), ({ status }) => status === Status.NOT_FOUND.number);
  const { certificate } = await make(page);
  const answers = await Promise.all(Array.from({ length: 64 }, () =>
    page.ask('keepCertificate', 'certificateKept', { certificate }).then(() => 0, ({ status }) => status)));
  assert.equal(answers.filter((status) => status === 0).length, 16);
  assert.equal(answers.filter((status) => status === Status.QUOTA.number).length, 48);
});

test('a certificate lives thirty days by itself and a year at most, whatever a page asks the host for', async () => {
  const host = await Broker.start();
  cleanups.push(() => host.stop());
  const page = await link(host);
  const days = (ms) => Math.round((Number(ms) - Date.now()) / 86_400_000);
  assert.equal(days((await page.ask('openPeer', 'peerOpened', { icePolicy: 0, certificate: 0, servers: [] })).certificateExpiresMs), 30);
  for (const lifetimeMs of [400n * 86_400_000n, 2n ** 63n, 2n ** 64n - 1n]) {
    const made = await page.ask('makeCertificate', 'certificateMade', { algorithm: 0, lifetimeMs });
    assert.equal(days(made.expiresMs), 365, String(lifetimeMs));
  }
  assert.equal(days((await page.ask('makeCertificate', 'certificateMade', { algorithm: 0, lifetimeMs: 86_400_000n })).expiresMs), 1);
});
