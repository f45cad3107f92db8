// A session against a host in memory: handshake, requests, batches, and how it ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from '../../js/lib/codec.js';
import { generateCertificate } from '../../js/lib/certificates.js';
import { FakeHost, turn } from './fake_host.js';

test('HELLO is the first record, with version and token, and WELCOME opens the session', async () => {
  const host = new FakeHost();
  const session = await host.open();
  assert.deepEqual(host.heard.map(({ name, version }) => [name, version]), [['hello', 1]]);
  assert.equal(session.limits.messageBytesMax, 262144);
  assert.equal(host.link.holds, 0, 'an open session alone keeps no program running');
});

test('a host that says GOODBYE instead of WELCOME is a readable error of its status', async () => {
  const reason = 'The token is not valid, or not any more.';
  const host = new FakeHost({ answers: { hello: () => ['goodbye', { status: 40, reason }] } });
  await assert.rejects(host.open(), { name: 'NotAllowedError', message: reason });
});

test('a link that closes before WELCOME rejects with why', async () => {
  const host = new FakeHost({ answers: { hello: () => null } });
  const opening = host.open();
  host.link.ended('The host closed the connection.');
  await assert.rejects(opening, { name: 'InvalidStateError', message: 'The host closed the connection.' });
});

test('answers find their requests in any order, and a refusal has the error of its status', async () => {
  const host = new FakeHost({ answers: { makeCertificate: () => null } });
  const session = await host.open();
  const ask = () => session.ask('makeCertificate', { algorithm: 0, lifetimeMs: 1n });
  const [first, second, third] = [ask(), ask(), ask()];
  assert.equal(host.link.holds, 3, 'an open request keeps the program running');
  await turn();
  const [a, b, c] = host.all('makeCertificate').map(({ request }) => request);
  host.tell('certificateMade', { request: c, certificate: 7, expiresMs: 1n, fingerprints: [] });
  host.tell('refused', { request: a, status: 41 });
  host.tell('refused', { request: b, status: 40 });
  assert.equal((await third).certificate, 7);
  await assert.rejects(first, { name: 'QuotaExceededError' });
  await assert.rejects(second, { name: 'NotAllowedError' });
  assert.equal(host.link.holds, 0);
});

test('an answer nobody asked for, and a message for a handle that is gone, are ignored', async () => {
  const host = new FakeHost();
  const session = await host.open();
  host.tell('refused', { request: 999, status: 40 });
  host.tell('iceState', { peer: 5, state: 1, role: 0 });
  host.tell('channelState', { channel: 5, state: 1, id: 0, status: 0 });
  host.tell('received', { channel: 5, kind: 0, payload: new Uint8Array(3) });
  host.tell('sent', { channel: 5, bytes: 3 });
  await turn();
  assert.equal(session.isClosed, false);
});

for (const [what, bytes] of [
  ['an unknown id', new Uint8Array([0, 0, 0, 2, 0x7f, 0xff])],
  ['a record without an id', new Uint8Array([0, 0, 0, 1, 0])],
  ['an endless record', new Uint8Array([0xff, 0xff, 0xff, 0xff])],
  ['trailing bytes', new Uint8Array([0, 0, 0, 11, 0x80, 0x24, 0, 0, 0, 1, 0, 0, 0, 2, 9])],
]) {
  test(`${what} from the host ends the session with a reason`, async () => {
    const host = new FakeHost();
    const session = await host.open();
    host.link.received(bytes);
    const { status, reason } = await session.closed;
    assert.equal(status, 1);
    assert.match(reason, /garbage/);
    assert.ok(host.link.isShut);
  });
}

test('GOODBYE gives its reason, fails what is pending, and nothing is acted on after it', async () => {
  const host = new FakeHost({ answers: { makeCertificate: () => null } });
  const session = await host.open();
  const pending = session.ask('makeCertificate', { algorithm: 0, lifetimeMs: 1n });
  await turn();
  const { request } = host.last('makeCertificate');
  host.tellAll(['goodbye', { status: 41, reason: 'Too many.' }],
    ['certificateMade', { request, certificate: 7, expiresMs: 1n, fingerprints: [] }]);
  assert.deepEqual(await session.closed, { status: 41, reason: 'Too many.' });
  await assert.rejects(pending, { name: 'OperationError' });
  assert.throws(() => session.checkOpen(), { name: 'InvalidStateError', message: /Too many/ });
  await assert.rejects(session.ask('makeCertificate', { algorithm: 0, lifetimeMs: 1n }), { name: 'OperationError' });
});

test('records of one turn leave in one piece, large ones in several of 64 KiB and more', async () => {
  const host = new FakeHost();
  const session = await host.open();
  await turn();
  host.link.pieces = 0;
  for (let i = 0; i < 100; i++) session.send('dropCertificate', { certificate: 1 });
  await turn();
  assert.equal(host.link.pieces, 1);
  assert.equal(host.all('dropCertificate').length, 100);
  host.link.pieces = 0;
  for (let i = 0; i < 10; i++) session.sendPayload(1, 1, new Uint8Array(20000).fill(i));
  await turn();
  assert.equal(host.link.pieces, 3);
  assert.deepEqual(host.all('send').map(({ payload }) => payload[19999]), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('bytes arrive in any cut', async () => {
  const host = new FakeHost();
  const session = await host.open();
  const answer = session.ask('makeCertificate', { algorithm: 0, lifetimeMs: 1n });
  host.answers.makeCertificate = () => null;
  await turn();
  const record = encode('goodbye', { status: 22, reason: 'Slowly.' });
  for (const byte of record) host.link.received(Uint8Array.of(byte));
  assert.deepEqual(await session.closed, { status: 22, reason: 'Slowly.' });
  await assert.rejects(answer);
});

test('generateCertificate asks for what is supported and refuses the rest', async () => {
  const host = new FakeHost();
  const session = await host.open();
  const day = 24 * 60 * 60 * 1000;
  const rsa = { name: 'rsassa-pkcs1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' };
  const made = await generateCertificate(session, { name: 'ECDSA', namedCurve: 'P-256' });
  assert.equal(host.last('makeCertificate').lifetimeMs, BigInt(30 * day));
  assert.ok(made.expires > Date.now() + 29 * day);
  const [fingerprint] = made.getFingerprints();
  assert.equal(fingerprint.algorithm, 'sha-256');
  assert.match(fingerprint.value, /^01:ab(:00){30}$/);
  await generateCertificate(session, { ...rsa, expires: 500 * day });
  assert.deepEqual([host.last('makeCertificate').algorithm, host.last('makeCertificate').lifetimeMs], [1, BigInt(365 * day)]);
  for (const bad of ['invalid-algo', { name: 'invalid-algo' }, { ...rsa, hash: 'SHA-1' }, { ...rsa, modulusLength: 1024 },
    { name: 'ECDSA', namedCurve: 'P-521' }]) {
    await assert.rejects(generateCertificate(session, bad), { name: 'NotSupportedError' });
  }
  for (const bad of [{ name: 'ECDSA', namedCurve: 'P-256', expires: -1 }, { name: 'ECDSA', namedCurve: 'P-256', expires: 'x' }, {}, 'ECDSA']) {
    await assert.rejects(generateCertificate(session, bad), TypeError);
  }
});
