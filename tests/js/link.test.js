// Links: what leaves when, what memory is used again, and the two kinds against stand-ins for their
// transports.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { encode } from '../../js/lib/codec.js';
import { Link } from '../../js/lib/link.js';
import { startBroker } from '../../js/lib/host_process.js';
import { WebSocketLink } from '../../js/lib/link_websocket.js';

const pipeUrl = new URL('../../js/lib/link_pipe.js', import.meta.url);
const sessionUrl = new URL('../../js/lib/session.js', import.meta.url);

class HeldLink extends Link {
  sent = [];

  transmit(bytes, done) {
    this.sent.push({ bytes, done });
  }

  isFull() {
    return false;
  }

  shut() {
    this.isShut = true;
  }
}

const microtasks = () => new Promise((done) => setImmediate(done));

test('what is written while a piece is on its way leaves together after it', async () => {
  const link = new HeldLink();
  for (const value of [1, 2]) link.write(Uint8Array.of(value));
  await microtasks();
  assert.deepEqual(link.sent.map(({ bytes }) => [...bytes]), [[1, 2]]);
  for (const value of [3, 4, 5]) {
    link.write(Uint8Array.of(value));
    await microtasks();
  }
  assert.equal(link.sent.length, 1);
  link.sent[0].done();
  assert.deepEqual([...link.sent[1].bytes], [3, 4, 5]);
});

test('memory on its way is not written to, and is used again afterwards', async () => {
  const link = new HeldLink();
  const big = new Uint8Array(70000).fill(1);
  link.write(big);
  link.write(big.fill(2));
  const [first, second] = link.sent;
  assert.notEqual(first.bytes.buffer, second.bytes.buffer);
  assert.deepEqual([first.bytes[69999], second.bytes[69999]], [1, 2]);
  first.done();
  link.write(big.fill(3));
  assert.equal(link.sent[2].bytes.buffer, first.bytes.buffer);
});

test('records are never cut between pieces', async () => {
  const link = new HeldLink();
  for (let i = 0; i < 40; i++) link.write(Uint8Array.of(i, 0xff), new Uint8Array(50000).fill(i));
  link.flush();
  for (const { bytes } of link.sent) {
    assert.equal(bytes.length % 50002, 0);
    assert.equal(bytes[1], 0xff);
  }
  assert.equal(link.sent.reduce((sum, { bytes }) => sum + bytes.length, 0), 40 * 50002);
});

test('a closed link flushes what was written and tells nobody; one that ends by itself tells once', () => {
  const ends = [];
  const link = new HeldLink();
  link.open({ onChunk() {}, onDrain() {}, onEnd: (reason) => ends.push(reason) });
  link.write(Uint8Array.of(1));
  link.close();
  assert.deepEqual([link.sent.length, link.isShut, ends], [1, true, []]);
  const broken = new HeldLink();
  broken.ended('early');
  broken.ended('late');
  broken.open({ onChunk() {}, onDrain() {}, onEnd: (reason) => ends.push(reason) });
  broken.write(Uint8Array.of(1));
  broken.flush();
  assert.deepEqual([ends, broken.sent.length], [['early'], 0]);
});

test('the WebSocket link asks for the one path, batches, and holds back when the browser is full', async (t) => {
  const sockets = [];
  globalThis.WebSocket = class {
    bufferedAmount = 0;
    sent = [];
    constructor(url) {
      this.url = String(url);
      sockets.push(this);
      queueMicrotask(() => this.onopen());
    }
    send(bytes) {
      this.sent.push(bytes.slice());
    }
    close() {
      this.closed = true;
    }
  };
  t.after(() => delete globalThis.WebSocket);
  const link = await WebSocketLink.connect('ws://127.0.0.1:4711/');
  const [socket] = sockets;
  assert.equal(socket.url, 'ws://127.0.0.1:4711/portcullis/1');
  assert.equal(socket.binaryType, 'arraybuffer');
  const chunks = [];
  const ends = [];
  const drained = new Promise((done) => link.open({ onChunk: (chunk) => chunks.push(...chunk), onDrain: done, onEnd: (reason) => ends.push(reason) }));
  link.write(Uint8Array.of(1));
  link.write(Uint8Array.of(2));
  await microtasks();
  assert.deepEqual(socket.sent.map((bytes) => [...bytes]), [[1, 2]]);
  socket.bufferedAmount = 2 ** 21;
  assert.equal(link.isFull(), true);
  socket.bufferedAmount = 0;
  await drained;
  socket.onmessage({ data: Uint8Array.of(7, 8).buffer });
  assert.deepEqual(chunks, [7, 8]);
  socket.onmessage({ data: 'text' });
  assert.deepEqual([ends.length, socket.closed], [1, true]);
});

// ---- programs in place of the broker ----

const folder = mkdtempSync(join(tmpdir(), 'portcullis-link-'));
after(() => rmSync(folder, { recursive: true }));

// program writes an executable that runs this source.
function program(name, source) {
  const path = join(folder, name);
  writeFileSync(`${path}.mjs`, source);
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${path}.mjs" "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

test('the pipe link starts the broker with its origin, and a Node program with no connection exits', async () => {
  const welcome = Buffer.from(encode('welcome', { version: 1, messageBytesMax: 1, sendWindowBytes: 1, receiveWindowBytes: 1 }));
  const broker = program('link-broker', `
    import { Socket } from 'node:net';
    if (process.argv.slice(2).join(' ') !== '--link-fd 3 --origin https://a.example --loopback') process.exit(9);
    const link = new Socket({ fd: 3 });
    link.once('data', () => link.write(Buffer.from('${welcome.toString('hex')}', 'hex')));
    link.on('end', () => process.exit());`);
  const user = program('link-user', `
    import { PipeLink } from '${pipeUrl}';
    import { Session } from '${sessionUrl}';
    const session = await Session.open(PipeLink.start({ origin: 'https://a.example', loopback: true, broker: '${broker}' }), {});
    console.log('welcomed', session.limits.messageBytesMax);`);
  const child = spawn(user, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => { output += chunk; });
  const [code] = await new Promise((done) => child.on('exit', (...how) => done(how)));
  assert.deepEqual([code, output], [0, 'welcomed 1\n']);
});

test('a broker that ends, or is not there, is a readable error', async () => {
  const { PipeLink } = await import(pipeUrl);
  const { Session } = await import(sessionUrl);
  const broker = program('no-broker', 'process.exit(3);');
  await assert.rejects(Session.open(PipeLink.start({ origin: 'https://a.example', broker }), {}), { message: /The host closed|broke/ });
  assert.throws(() => PipeLink.start({ origin: 'https://a.example', broker: join(folder, 'nowhere') }), /portcullis-broker is not at/);
});

test('startBroker speaks the control protocol', async () => {
  const broker = program('control-broker', `
    import { Socket } from 'node:net';
    import { createInterface } from 'node:readline';
    const control = new Socket({ fd: 3 });
    const answers = { 'allow https://a.example': 'ok', 'token https://a.example https://a.example': 'token 00ff', };
    control.write('listening 127.0.0.1:4711\\n');
    createInterface({ input: control }).on('line', (line) => control.write((answers[line] ?? 'error That origin is not allowed.') + '\\n'));
    control.on('end', () => process.exit());`);
  const started = await startBroker({ allowOrigins: ['https://a.example'], broker });
  assert.equal(started.url, 'ws://127.0.0.1:4711/portcullis/1');
  assert.equal(await started.token('https://a.example'), '00ff');
  await assert.rejects(started.token('https://b.example'), /That origin is not allowed/);
  await assert.rejects(started.allow('https://a.example\ntoken https://b.example'), TypeError);
  await started.close();
  await assert.rejects(started.token('https://a.example'));
});
