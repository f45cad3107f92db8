// What is left to a worker that has fallen: a probe enters the worker's sandbox and makes one attempt
// after another; real workers are seen to be in it, to work in it, and not to start without it.
// Of the release build: AddressSanitizer cannot run in a sandbox.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { release } from 'node:os';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const build = (process.env.PORTCULLIS_BUILD_DIR ??= fileURLToPath(new URL('../../build/release', import.meta.url)));
const { everyAddress, startPipe, within } = await import('../host/page.js');
const { Peer, join } = await import('../host/worker/call.js');

const probePath = `${build}/portcullis-sandbox-probe`;
const workerPath = `${build}/portcullis-worker`;
const errorNumbers = { EACCES: 13, ENOSYS: 38 };
const pages = [];
after(() => pages.forEach((page) => page.destroy()));

/** Runs the probe; resolves to what it said and how it ended. policy: the worker's of ICE-TCP, which without a
 *  word is active. */
async function probe(attempt, argument = '-', policy = 'active') {
  const last = attempt.startsWith('without-') ? [] : [policy];
  const child = spawn(probePath, [attempt, argument, ...last], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const [code, signal] = await within(once(child, 'close'), attempt);
  return { said: said.trim(), code, signal };
}

async function open(options) {
  const page = startPipe(options);
  pages.push(page);
  await page.hello();
  return page;
}

/** Linux 6.7 and later. */
function landlockKnowsPorts() {
  const [major, minor] = release().split('.').map(Number);
  return major > 6 || (major === 6 && minor >= 7);
}

function childrenOf(pid) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((one) => {
    try {
      return Number(readFileSync(`/proc/${one}/stat`, 'latin1').split(') ')[1].split(' ')[1]) === pid;
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

/** What /proc says of each thread of the page's worker. */
function threadsOf(page) {
  const workers = childrenOf(page.child.pid);
  assert.equal(workers.length, 1);
  return readdirSync(`/proc/${workers[0]}/task`).map((thread) => {
    const text = readFileSync(`/proc/${workers[0]}/task/${thread}/status`, 'latin1');
    return Object.fromEntries(text.split('\n').map((line) => line.split(':\t')));
  });
}

const killed = [
  ['execute', '/bin/true'], ['execute-in-thread', '/bin/true'], ['fork'], ['namespace'],
  ['trace', `${process.pid}`], ['read-memory', `${process.pid}`],
  ['signal', `${process.pid}`], ['signal-thread', `${process.pid}`],
  ['map-code'], ['make-code'], ['setting'], ['listen'],
];
for (const [attempt, argument] of killed) {
  test(`a worker that tries to ${attempt} is killed`, async () => {
    const { said, signal } = await probe(attempt, argument);
    assert.equal(said, '');
    assert.equal(signal, 'SIGSYS');
  });
}

const refused = [
  ['open', '/etc/passwd'], ['open', '/proc/self/maps'], ['open', '/dev/null'],
  ['create', '/etc/hosts'], ['create', `${build}/probe.tmp`], ['truncate', '/etc/hosts'], ['list', '/etc'],
  ['unix-socket'], ['raw-socket'], ['packet-socket'],
  ['clone3', '-', 'ENOSYS'],
];
for (const [attempt, argument, error = 'EACCES'] of refused) {
  test(`a worker is refused: ${attempt} ${(argument ?? '').replace(build, 'build')}`, async () => {
    const { said, code } = await probe(attempt, argument);
    assert.equal(said, `refused ${errorNumbers[error]}`);
    assert.equal(code, 0);
  });
}

// Listening is a worker's only where passive candidates are policy, and on no port of its choice.
test('a worker without ICE-TCP that tries to listen is killed', async () => {
  assert.equal((await probe('listen', '-', 'off')).signal, 'SIGSYS');
});

for (const [policy, port, expected] of [
  ['off', '0', 'refused'], ['off', '50123', 'refused'],
  ['active', '0', 'done'], ['active', '50123', 'refused'],
  ['active-and-passive', '0', 'done'], ['active-and-passive', '50123', 'refused'],
]) {
  test(`with ICE-TCP ${policy} TCP port ${port} is ${expected}`, async (t) => {
    const { said, code } = await probe('bind', port, policy);
    assert.equal(code, 0);
    if (expected === 'refused' && said === 'done 0' && !landlockKnowsPorts()) return t.skip('Landlock of this kernel knows no ports');
    assert.equal(said, expected === 'done' ? 'done 0' : `refused ${errorNumbers.EACCES}`);
  });
}

test('a worker with passive candidates may listen', async () => {
  assert.deepEqual(await probe('listen', '-', 'active-and-passive'), { said: 'done 0', code: 0, signal: null });
});

test('a file of its user is not there for a worker', async () => {
  assert.equal((await probe('open', fileURLToPath(import.meta.url))).said, `refused ${errorNumbers.EACCES}`);
});

const allowed = [
  ['open', '/etc/hosts'], ['datagram'], ['interfaces'], ['chance'],
  ['resolve', 'localhost'], ['resolve', '127.0.0.1'],
];
for (const [attempt, argument] of allowed) {
  test(`a worker can still: ${attempt} ${argument ?? ''}`, async () => {
    assert.deepEqual(await probe(attempt, argument), { said: 'done 0', code: 0, signal: null });
  });
}

test('a failed assertion still ends a worker by its own signal', async () => {
  assert.equal((await probe('abort')).signal, 'SIGABRT');
});

for (const missing of ['landlock', 'seccomp']) {
  test(`without ${missing} a worker says so in one line and serves nobody`, async () => {
    const { said, code } = await probe(`without-${missing}`, workerPath);
    assert.match(said, new RegExp(`^portcullis-worker: no page is served: .*${missing}.*$`, 'i'));
    assert.equal(code, 1);
  });
}

test('every thread of a worker in a call is filtered', async () => {
  const [one, two] = [await open(), await open()];
  const [first, second] = [await Peer.open(one), await Peer.open(two)];
  await join(first, second);
  await Promise.all([first.connected(), second.connected()]);
  const threads = threadsOf(one);
  assert.ok(threads.length >= 2); // usrsctp's was there before the filters
  for (const { Seccomp, NoNewPrivs } of threads) {
    assert.deepEqual({ Seccomp, NoNewPrivs }, { Seccomp: '2', NoNewPrivs: '1' });
  }
});

test('a worker that has fallen leaves no memory behind, and nobody of its user looks into it', async () => {
  assert.equal((await probe('dump')).said, 'refused 0');
  const [worker] = childrenOf((await open()).child.pid);
  const limits = Object.fromEntries(readFileSync(`/proc/${worker}/limits`, 'latin1').split('\n').slice(1, -1)
    .map((line) => [line.slice(0, 25).trim(), line.slice(26).trim().split(/\s+/).slice(0, 2)]));
  assert.deepEqual(limits['Max core file size'], ['0', '0']);
  assert.deepEqual(limits['Max address space'], Array(2).fill(String(16 * 2 ** 30)));
  assert.ok(Number(limits['Max open files'][1]) <= 8192);
});

/** Bytes of the process's memory that are left out of core files and of children, and how many of them are locked. */
function secretMemoryOf(pid) {
  const areas = readFileSync(`/proc/${pid}/smaps`, 'latin1').split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/);
  const secret = areas.filter((area) => /^VmFlags:.* wf\b/m.test(area) && /^VmFlags:.* dd\b/m.test(area));
  const sum = (name) => secret.reduce((all, area) => all + 1024 * Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(area)[1]), 0);
  return { size: sum('Size'), locked: sum('Locked') };
}

test('X39: private and traffic keys are in memory that is locked and in no core file', async (t) => {
  const [one, two] = [await open(), await open()];
  const [worker] = childrenOf(one.child.pid);
  try {
    secretMemoryOf(worker);
  } catch (error) {
    return t.skip(`only root may look: ${error.code}`); // it cannot be dumped
  }
  const before = secretMemoryOf(worker).size;
  const peers = await Promise.all(Array.from({ length: 30 }, async () => [await Peer.open(one), await Peer.open(two)]));
  for (const [first, second] of peers) await join(first, second);
  await Promise.all(peers.flat().map((peer) => peer.connected()));
  const { size, locked } = secretMemoryOf(worker);
  assert.ok(size >= before + 128 * 1024, `${before} bytes before thirty calls, ${size} after`); // BoringSSL's are there
  assert.ok(locked > 0);
});

test('X39: nobody can have keys written down by a word in the environment', async () => {
  const file = `${build}/keys.log`;
  process.env.SSLKEYLOGFILE = file;
  const [one, two] = await Promise.all([open(), open()]);
  delete process.env.SSLKEYLOGFILE;
  const [first, second] = [await Peer.open(one), await Peer.open(two)];
  await join(first, second);
  await Promise.all([first.connected(), second.connected()]);
  assert.equal(existsSync(file), false);
  assert.equal(readFileSync(`/proc/${childrenOf(one.child.pid)[0]}/environ`, 'latin1'), '');
  for (const program of ['portcullis-worker', 'portcullis-broker']) assert.equal(readFileSync(`${build}/${program}`).includes('SSLKEYLOG'), false);
});

test('--no-sandbox leaves a worker unfiltered', async () => {
  const page = await open({ args: ['--loopback', ...everyAddress, '--no-sandbox'] });
  for (const { Seccomp } of threadsOf(page)) assert.equal(Seccomp, '0');
});

test('a STUN server given by name is resolved and asked from within', async () => {
  const server = createSocket('udp6');
  await new Promise((resolve) => server.bind(0, '::', resolve));
  const asked = once(server, 'message');
  const page = await open();
  const stun = { scheme: 0, transport: 0, port: server.address().port, host: 'localhost', username: '', credential: '' };
  const peer = await Peer.open(page, { servers: [stun] });
  peer.gather();
  const [request] = await within(asked, 'a binding request');
  assert.equal(request.readUInt32BE(4), 0x2112a442);
  // libuv's threads began after the filters.
  for (const { Seccomp } of threadsOf(page)) assert.equal(Seccomp, '2');
  server.close();
});
