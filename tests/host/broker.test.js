// The broker as a page, an attacker on the web and a parent process see it: who gets a link, what
// the others are told, and that no link's end is another's.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { after, test } from 'node:test';
import { decode, encode } from '../../js/lib/codec.js';
import { Limits, Status } from '../../js/lib/names.js';
import { Broker } from './control.js';
import { brokerPath, origin, rawRecord, startPipe, within } from './page.js';
import { Client, frame, helloFrame } from './websocket.js';

const brokers = [];
after(() => Promise.all(brokers.map((broker) => broker.stop())));

async function start(options) {
  const broker = await Broker.start(options);
  brokers.push(broker);
  return broker;
}

/** [state, parent, process group, ...] of /proc's stat. */
const statOf = (pid) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
const groupOf = (pid) => Number(statOf(pid)[2]);

/** The processes whose parent is pid. */
function childrenOf(pid) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((one) => {
    try {
      return Number(statOf(one)[1]) === pid;
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

function isRunning(pid) {
  try {
    return !['Z', 'X'].includes(statOf(pid)[0]);
  } catch {
    return false;
  }
}

async function until(condition, what) {
  let over = false;
  const poll = (async () => {
    while (!over && !condition()) await new Promise((resolve) => setImmediate(resolve));
  })();
  await within(poll, what).finally(() => (over = true));
}

async function upgraded(broker, headers) {
  const { client, status, text } = await Client.request(broker.port, headers);
  assert.equal(status, 101, text);
  return client;
}

/** A link that was welcomed. */
async function link(broker) {
  const client = await upgraded(broker);
  client.write(helloFrame(await broker.token()));
  const page = client.page();
  assert.equal((await page.wait('welcome')).version, Limits.protocolVersion);
  return page;
}

/** What a client that was upgraded is told when it is not let in. */
async function goodbyeOf(client) {
  const first = await client.next();
  assert.equal(first.opcode, 2);
  const { id, body } = { id: first.payload.readUInt16BE(4), body: new Uint8Array(first.payload.subarray(6)) };
  const goodbye = decode(id, body);
  assert.equal(goodbye.name, 'goodbye');
  const close = await client.next();
  assert.equal(close.opcode, 8);
  assert.equal(close.payload.readUInt16BE(0), 1008);
  client.end();
  await within(client.closed, 'the connection to close');
  return goodbye;
}

test('every Host but the literal loopback address and port is refused', async () => {
  const broker = await start({ listen: ['127.0.0.1:0', '[::1]:0'] });
  const [port, portV6] = broker.ports;
  const good = [`127.0.0.1:${port}`, `localhost:${port}`];
  const bad = [null, '', '127.0.0.1', `127.0.0.1:${port + 1}`, `127.0.0.1:0${port}`, `rebind.example:${port}`, `127.1:${port}`,
    `[::1]:${port}`, `0.0.0.0:${port}`, `localhost.:${port}`, `x.localhost:${port}`, `127.0.0.1:${port}@evil.example`];
  for (const host of good) {
    const { client, status } = await Client.request(port, { Host: host });
    assert.equal(status, 101, host);
    client.destroy();
  }
  for (const host of bad) {
    const { client, status, text } = await Client.request(port, { Host: host });
    assert.equal(status, 403, String(host));
    assert.match(text, /\r\n\r\n[A-Z][^\n]+\.\n$/, 'one plain sentence');
    client.destroy();
  }
  const { client, status } = await Client.request(portV6, { Host: `[::1]:${portV6}` }, '::1');
  assert.equal(status, 101);
  client.destroy();
});

test('every Origin but an allowed one is refused', async () => {
  const broker = await start({ allow: ['https://app.example', 'http://localhost:8080'] });
  for (const one of ['https://app.example', 'http://localhost:8080']) {
    const { client, status } = await Client.request(broker.port, { Origin: one });
    assert.equal(status, 101, one);
    client.destroy();
  }
  const bad = [null, '', 'null', 'http://app.example', 'https://app.example:8443', 'https://app.example/', 'https://APP.example',
    'https://app.example.evil.example', 'https://evil.example', `http://127.0.0.1:${broker.port}`, 'http://localhost',
    'https://app.example, https://evil.example', ['https://app.example', 'https://evil.example']];
  for (const one of bad) {
    const { status } = await Client.request(broker.port, { Origin: one });
    assert.ok(status === 403 || status === 400, `${one}: ${status}`);
  }
});

test('a token is good once, for its origin, in the first frame only', async () => {
  const broker = await start({ allow: ['https://app.example', 'https://other.example'] });
  const token = await broker.token();
  const first = await upgraded(broker);
  first.write(helloFrame(token));
  assert.equal(decode(0x8001, new Uint8Array((await first.next()).payload.subarray(6))).name, 'welcome');

  const replayed = await upgraded(broker);
  replayed.write(helloFrame(token));
  const told = await goodbyeOf(replayed);
  assert.equal(told.status, Status.DENIED.number);
  assert.ok(told.reason.length > 0);

  const others = await upgraded(broker);
  others.write(helloFrame(await broker.token('https://other.example')));
  assert.equal((await goodbyeOf(others)).status, Status.DENIED.number);

  for (const bad of [new Uint8Array(0), new Uint8Array(32), new Uint8Array(31), new Uint8Array(64)]) {
    const client = await upgraded(broker);
    client.write(helloFrame(bad));
    assert.equal((await goodbyeOf(client)).status, Status.DENIED.number);
  }
  const { status } = await Client.request(broker.port, { line: `GET /portcullis/1?token=${'0'.repeat(64)} HTTP/1.1` });
  assert.equal(status, 404);
  first.destroy();
});

test('a page of another version is told so', async () => {
  const broker = await start();
  const client = await upgraded(broker);
  client.write(helloFrame(await broker.token(), 2));
  const told = await goodbyeOf(client);
  assert.equal(told.status, Status.VERSION.number);
  assert.equal(told.reason, Status.VERSION.sentence);
});

test('a first frame that is not one HELLO record is refused with a reason', async () => {
  const broker = await start();
  const hello = encode('hello', { version: 1, token: await broker.token() });
  const wrong = [
    frame(hello, { masked: false }),
    frame(hello, { first: 0x81 }),
    frame(hello, { first: 0x02 }),
    frame(hello, { first: 0xc2 }),
    frame(hello, { first: 0x89 }),
    frame(new Uint8Array(0)),
    frame(hello.subarray(0, hello.length - 1)),
    frame(new Uint8Array([...hello, 0])),
    frame(new Uint8Array([...hello, ...hello])),
    frame(new Uint8Array(200)),
    frame(rawRecord(0x0010)),
    frame(rawRecord(0x8001)),
    frame(rawRecord(0xffff)),
    frame(Uint8Array.from({ length: 50 }, (_, at) => at * 37)),
  ];
  for (const bytes of wrong) {
    const client = await upgraded(broker);
    client.write(bytes);
    const told = await goodbyeOf(client);
    assert.ok(told.status > 0 && told.reason.length > 0, bytes.toString('hex'));
  }
});

test('HELLO may come a byte at a time, and what follows it at once is the worker\'s', async () => {
  const broker = await start();
  const client = await upgraded(broker);
  const request = encode('makeCertificate', { request: 9, algorithm: 0, lifetimeMs: 1000000n });
  const bytes = Buffer.concat([helloFrame(await broker.token()), frame(request)]);
  for (let at = 0; at < 20; at++) client.write(bytes.subarray(at, at + 1));
  client.write(bytes.subarray(20));
  const page = client.page();
  assert.equal((await page.wait('certificateMade')).request, 9);
  page.destroy();
});

test('a request that is too long, or has more behind it, is refused', async () => {
  const broker = await start();
  const long = await Client.request(broker.port, { Cookie: 'x'.repeat(9000) });
  assert.equal(long.status, 431);
  const behind = await Client.request(broker.port, { end: '\r\nmore' });
  assert.equal(behind.status, 400);
  const other = new Client(broker.port);
  other.write('\x16\x03\x01\x00\x05hello\r\n\r\n');
  assert.equal((await within(other.head, 'an answer')).status, 404);
});

test('many silent visitors do not keep a page out', async () => {
  const broker = await start();
  const silent = Array.from({ length: 60 }, () => new Client(broker.port));
  silent.forEach((client) => client.write('GET /portcullis/1 HTTP/1.1\r\n'));
  const page = await link(broker);
  page.destroy();
  silent.forEach((client) => client.destroy());
});

test('the control line answers in order and refuses what it does not know', async () => {
  const broker = await start();
  broker.write('allow https://a.example\ntoken https://a.example\ntoken https://b.example\nallow null\nallow https://A\nfrobnicate\n\n');
  assert.equal(await broker.line(), 'ok');
  assert.match(await broker.line(), /^token [0-9a-f]{64}$/);
  for (let i = 0; i < 5; i++) assert.match(await broker.line(), /^error [A-Z].*\.$/);
  assert.notDeepEqual(await broker.token(), await broker.token());
  broker.write('allow https://a.example\n'.repeat(2000));
  for (let i = 0; i < 2000; i++) assert.equal(await broker.line(), 'ok');
});

test('when a worker dies only its own link closes', async () => {
  const broker = await start({ stderr: 'ignore' });
  const before = new Set(childrenOf(broker.pid));
  const page = await link(broker);
  const other = await link(broker);
  assert.equal(before.size, 1); // the one in reserve became page's worker
  process.kill([...before][0], 'SIGKILL');
  await within(page.closed, 'the link of the dead worker to close');
  const made = await other.ask('makeCertificate', 'certificateMade', { algorithm: 0, lifetimeMs: 1000000n });
  assert.ok(made.certificate !== 0);
  const third = await link(broker);
  other.destroy();
  third.destroy();
});

test('when a page goes its worker ends, and the broker keeps one in reserve', async () => {
  const broker = await start();
  const page = await link(broker);
  await until(() => childrenOf(broker.pid).length === 2, 'the next worker to wait in reserve');
  page.destroy();
  await until(() => childrenOf(broker.pid).length === 1, 'the worker to end');
});

test('when the broker ends, however it does, its workers end', async () => {
  for (const end of [(broker) => broker.stop(), (broker) => broker.kill('SIGTERM'), (broker) => broker.kill('SIGKILL')]) {
    const broker = await start();
    const page = await link(broker);
    await until(() => childrenOf(broker.pid).length === 2, 'the next worker to wait in reserve');
    const workers = childrenOf(broker.pid);
    end(broker);
    await within(page.closed, 'the link to close');
    await until(() => !workers.some(isRunning), 'the workers to end');
  }
});

test('Ctrl-C reaches the broker alone, which ends its workers without a complaint', async () => {
  const broker = await start({ stderr: 'pipe', detached: true });
  await link(broker);
  await until(() => childrenOf(broker.pid).length === 2, 'the next worker to wait in reserve');
  const workers = childrenOf(broker.pid);
  assert.ok(workers.every((worker) => groupOf(worker) === worker), 'each is in a group of its own');
  const complaints = broker.stderr.setEncoding('utf8').toArray();
  process.kill(-broker.pid, 'SIGINT'); // as a terminal does: to the whole group
  assert.deepEqual(await within(broker.exited, 'the broker to end'), { code: 0, signal: null });
  await until(() => !workers.some(isRunning), 'the workers to end');
  assert.equal((await complaints).join(''), '');
});

test('a pipe link greets, and its broker ends with it', async () => {
  const page = startPipe();
  const welcome = await page.hello();
  assert.equal(welcome.version, Limits.protocolVersion);
  assert.equal(welcome.messageBytesMax, Limits.messageBytesMax);
  page.end();
  assert.deepEqual(await within(page.exited, 'the broker to end'), { code: 0, signal: null });
});

test('a pipe of another version is told so', async () => {
  const page = startPipe();
  page.send('hello', { version: 7, token: new Uint8Array(0) });
  assert.equal((await page.wait('goodbye')).status, Status.VERSION.number);
  await within(page.closed, 'the link to close');
});

test('a worker has an empty environment and no descriptor that is not its own', async () => {
  process.env.PORTCULLIS_TEST_CANARY = 'canary';
  const page = startPipe();
  await page.hello();
  const [worker, ...more] = childrenOf(page.child.pid);
  assert.deepEqual(more, [], 'a worker in reserve for a link that cannot come');
  delete process.env.PORTCULLIS_TEST_CANARY;
  assert.equal(readFileSync(`/proc/${worker}/environ`, 'latin1'), '');
  const open = readdirSync(`/proc/${worker}/fd`).map((fd) => [Number(fd), readlinkSync(`/proc/${worker}/fd/${fd}`)]);
  const sockets = open.filter(([fd, target]) => fd > 2 && target.startsWith('socket:'));
  assert.equal(sockets.length, 2, 'its pair with the broker and its link');
  const others = open.filter(([fd, target]) => fd > 2 && !/^(socket|pipe|anon_inode):/.test(target));
  assert.deepEqual(others, [], 'files');
  page.destroy();
});

test('a command line that makes no sense is one readable line and not a start', () => {
  const lines = [[], ['--listen', '127.0.0.1:0'], ['--link-fd', '3'], ['--bogus'], ['--bogus', 'x'],
    ['--listen', '0.0.0.0:0', '--control-fd', '3'], ['--listen', 'localhost:0', '--control-fd', '3'],
    ['--control-fd', '3', '--ask', 'everything'], ['--control-fd', '3', '--deny', 'x'], ['--control-fd', '3', '--secure-scheme', 'http'],
    ['--control-fd', '3', '--prompt', 'page'], ['--link-fd', '3', '--origin', origin, '--prompt', 'shell'],
    ['--listen', '127.0.0.1:0', '--control-fd', '99'], ['--link-fd', '3', '--origin', 'null'], ['--link-fd', '1', '--origin', origin],
    ['--listen', '127.0.0.1:0', '--control-fd', '3', '--worker', '/nonexistent'],
    ['--link-fd', '3', '--origin', origin, '--ice-tcp', 'passive'], ['--link-fd', '3', '--origin', origin, '--mask-tcp', 'on']];
  for (const args of lines) {
    const { status, stderr } = spawnSync(brokerPath, args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    assert.notEqual(status, 0, args.join(' '));
    assert.match(stderr, /^portcullis-broker: [^\n]+\n$/, args.join(' '));
  }
  const version = spawnSync(brokerPath, ['--version'], { encoding: 'utf8' });
  assert.match(version.stdout, /^portcullis-broker \d+\.\d+\.\d+\n$/);
  assert.equal(spawnSync(brokerPath, ['--help']).status, 0);
});
