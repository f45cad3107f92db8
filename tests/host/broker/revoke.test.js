// Data that needed a person's word: with the word taken back, by whichever way, the network falls
// silent at once, whatever page and worker do.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { performance } from 'node:perf_hooks';
import { after, test } from 'node:test';
import { AddressFamily, CandidateType, Right, Status } from '../../../js/lib/names.js';
import { Broker } from '../control.js';
import { origin, startPipe, within } from '../page.js';
import { UdpRelay } from '../udp_relay.js';
import { Client, helloFrame } from '../websocket.js';
import { ChannelState, Peer } from '../worker/call.js';

const silentWithinMs = 100; // issue and SECURITY.md: the one time that is asserted
const watchedMs = 250;
const binary = 1;
const cleanups = [];

after(async () => {
  for (const clean of cleanups.reverse()) await clean();
});

async function startBroker(args = []) {
  const broker = await Broker.start({ args: ['--ask', 'data', '--prompt', 'shell', ...args] });
  cleanups.push(() => broker.stop());
  return broker;
}

async function link(broker) {
  const { client, status } = await Client.request(broker.port);
  assert.equal(status, 101);
  client.write(helloFrame(await broker.token()));
  const page = client.page();
  await page.wait('welcome');
  return page;
}

/** The next line, which must be a question. */
async function question(broker) {
  const [word, id, ...json] = (await broker.line()).split(' ');
  assert.equal(word, 'question');
  return { id, ...JSON.parse(json.join(' ')) };
}

async function openAllowed(broker, page, duration) {
  const opening = Peer.open(page);
  const { id, rights } = await question(broker);
  assert.deepEqual(rights, ['data']);
  assert.equal(await broker.ask(`answer ${id} allow duration=${duration}`), 'ok');
  return opening;
}

async function grants(broker) {
  const found = [];
  for (let line = await broker.ask('grants'); line !== 'end'; line = await broker.line()) {
    found.push(JSON.parse(line.slice('grant '.length)));
  }
  return found;
}

/** Gathers the peer's candidates and resolves with its first host candidate on 127.0.0.1. */
async function loopbackCandidate(peer) {
  peer.gather();
  const { candidate } = await peer.page.wait(
    ({ name, candidate: one }) =>
      name === 'candidateFound' && one.type === CandidateType.host && one.address.family === AddressFamily.ipv4 && one.address.bytes[0] === 127);
  return candidate;
}

/** Joins watched and other so that every packet between them goes through a relay. */
async function joinThroughRelay(watched, other) {
  watched.connect(other.planFor(watched, 1));
  other.connect(watched.planFor(other, 0));
  await loopbackCandidate(watched);
  const candidate = await loopbackCandidate(other);
  const { address } = candidate;
  const relay = await UdpRelay.start({ address: '127.0.0.1', port: address.port });
  cleanups.push(() => relay.stop());
  watched.addCandidate({ ...candidate, address: { ...address, port: relay.port } }, other.opened.ufrag);
  await Promise.all([watched.connected(), other.connected()]);
  return relay;
}

/** Keeps data flowing from the page for as long as its connection lives. */
async function pour(peer) {
  const channel = await peer.openChannel();
  await peer.channelState(channel, ChannelState.open);
  const payload = new Uint8Array(1000).fill(7);
  let window = 32; // enough that data always flows, too little for a queue on the way
  const send = () => {
    for (; window > 0; window--) peer.page.send('send', { channel, kind: binary, payload });
  };
  peer.page.listen((message) => {
    if (message.name !== 'sent') return false;
    window += message.bytes / payload.length;
    send();
    return true;
  });
  send();
}

async function until(condition, what) {
  let over = false;
  const poll = (async () => {
    while (!over && !condition()) await new Promise((resolve) => setImmediate(resolve));
  })();
  await within(poll, what).finally(() => (over = true));
}

/** How long after takeBack began the last packet of data passed, in ms. */
async function silenceAfter(relay, takeBack) {
  const seen = relay.numData;
  await until(() => relay.numData > seen + 500, 'data to flow');
  const begun = performance.now();
  await takeBack();
  await until(() => performance.now() > begun + watchedMs, 'the time that is watched');
  const stillAt = relay.numData;
  await until(() => performance.now() > begun + 2 * watchedMs, 'the time that is watched');
  assert.equal(relay.numData, stillAt, 'data still flows');
  return Math.max(0, relay.lastDataAt - begun);
}

async function callOf(broker, duration) {
  const page = await link(broker);
  const pipe = startPipe();
  cleanups.push(() => pipe.destroy());
  await pipe.hello();
  const watched = await openAllowed(broker, page, duration);
  const other = await Peer.open(pipe);
  pipe.listen((message) => {
    if (message.name !== 'received') return false;
    pipe.send('credit', { peer: other.handle, bytes: message.payload.length });
    return true;
  });
  const relay = await joinThroughRelay(watched, other);
  await pour(watched);
  return { page, watched, relay };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

test('a revoked grant is silent on the network within 100 ms, and the page is told', async (t) => {
  const broker = await startBroker();
  const times = [];
  let numTold = 0;
  for (const duration of ['call', 'page', 'call']) {
    const { page, watched, relay } = await callOf(broker, duration);
    const [{ id }] = await grants(broker);
    times.push(await silenceAfter(relay, () => broker.ask(`revoke ${id}`)));
    const ended = await page.wait('peerEnded');
    if (ended === null) continue; // a worker that had no time to obey was ended, and its link with it
    numTold += 1;
    assert.equal(ended.peer, watched.handle);
    assert.equal(ended.status, Status.DENIED.number);
    page.destroy();
  }
  t.diagnostic(`last data after revoking: median ${median(times).toFixed(1)} ms, all ${times.map((ms) => ms.toFixed(1))} ms`);
  assert.ok(median(times) < silentWithinMs, `${times} ms`);
  assert.ok(numTold > 0, 'no worker obeyed');
});

test('a grant taken back at the user\'s door ends its call, and the page must ask anew', async (t) => {
  const state = mkdtempSync(joinPath(tmpdir(), 'portcullis-'));
  cleanups.push(() => rmSync(state, { recursive: true }));
  const broker = await startBroker(['--state', joinPath(state, 'state')]);
  const { page, relay } = await callOf(broker, 'site');
  const [{ id, duration }] = await grants(broker);
  assert.equal(duration, 'site');
  const door = connect(joinPath(state, 'state', 'broker.sock'));
  cleanups.push(() => door.destroy());
  const answered = new Promise((resolve) => door.once('data', (bytes) => resolve(String(bytes))));
  const time = await silenceAfter(relay, async () => {
    door.write(`revoke ${id}\n`);
    assert.equal(await within(answered, 'the door\'s answer'), 'ok\n');
  });
  t.diagnostic(`last data after revoking at the door: ${time.toFixed(1)} ms`);
  assert.deepEqual(await grants(broker), []);
  const again = Peer.open(await page.wait('peerEnded') ? page : await link(broker));
  const { id: next } = await question(broker);
  await broker.ask(`answer ${next} deny`);
  await assert.rejects(again, ({ status }) => status === Status.DENIED.number);
  page.destroy();
});

test('a worker that hangs is ended when it does not stop a call', async (t) => {
  const broker = await startBroker();
  const { page, relay } = await callOf(broker, 'page');
  const [{ id }] = await grants(broker);
  const { readdirSync, readFileSync } = await import('node:fs');
  const workers = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ')[1]) === broker.pid;
    } catch {
      return false;
    }
  });
  await until(() => relay.numData > 20, 'data to flow');
  for (const pid of workers) process.kill(pid, 'SIGSTOP');
  const begun = performance.now();
  await broker.ask(`revoke ${id}`);
  await within(page.closed, 'the hung worker\'s link to close');
  t.diagnostic(`the hung worker was gone after ${(performance.now() - begun).toFixed(1)} ms`);
  for (const pid of workers) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      // it was ended
    }
  }
});

test('one origin is asked one question, however many connections it opens, and one answer serves them', async () => {
  const broker = await startBroker();
  const page = await link(broker);
  const openings = [Peer.open(page), Peer.open(page), Peer.open(page)];
  const { id, origin: asking } = await question(broker);
  assert.equal(asking, origin);
  assert.equal(await broker.ask(`answer ${id} allow duration=page`), 'ok');
  assert.equal(new Set((await Promise.all(openings)).map(({ handle }) => handle)).size, 3);
  assert.equal((await grants(broker)).length, 1);
  page.destroy();
});

test('a page that goes takes its question along', async () => {
  const broker = await startBroker();
  const page = await link(broker);
  const opening = Peer.open(page).catch(() => null);
  const { id } = await question(broker);
  page.destroy();
  assert.equal(await broker.line(), `withdrawn ${id}`);
  assert.match(await broker.ask(`answer ${id} allow duration=page`), /^error /);
  await opening;
});

test('a page asks for a right, holds it, and must ask again when it was taken back', async () => {
  const broker = await startBroker();
  const page = await link(broker);
  const ask = () => page.ask('requestRight', 'rightGranted', { right: Right.localAddresses });
  const first = ask();
  const { id, rights, durations } = await question(broker);
  assert.deepEqual([rights, durations], [['local-addresses'], ['page']]);
  await broker.ask(`answer ${id} allow duration=page`);
  assert.equal((await first).name, 'rightGranted');
  assert.equal((await ask()).name, 'rightGranted'); // held: nobody is asked
  const [grant] = await grants(broker);
  assert.equal(await broker.ask(`revoke ${grant.id}`), 'ok');
  const again = ask();
  await broker.ask(`answer ${(await question(broker)).id} deny`);
  await assert.rejects(again, ({ status }) => status === Status.DENIED.number);
  page.destroy();
});

test('the person\'s stop ends a page\'s calls, and the page cannot begin again', async () => {
  const broker = await Broker.start({ args: ['--indicator', 'shell'] });
  cleanups.push(() => broker.stop());
  const page = await link(broker);
  await Peer.open(page); // data is free
  assert.deepEqual(JSON.parse((await broker.line()).slice('using '.length)).map(({ rights, calls }) => [rights, calls]), [[['data'], 1]]);
  assert.equal(await broker.ask(`stop ${origin} ${origin}`), 'ok');
  assert.ok(await page.wait('peerEnded'));
  assert.equal(await broker.line(), 'using []');
  await assert.rejects(Peer.open(page), ({ status }) => status === Status.DENIED.number);
  page.destroy();
});

test('a page that comes to run insecure content loses its calls', async () => {
  const broker = await startBroker();
  const page = await link(broker);
  await openAllowed(broker, page, 'page');
  assert.equal(await broker.ask(`mixed ${origin}`), 'ok');
  assert.ok(await page.wait('peerEnded'));
  await assert.rejects(Peer.open(page), ({ status }) => status === Status.DENIED.number);
  page.destroy();
});

test('what is around a page is what its token says', async () => {
  const broker = await startBroker();
  const token = (await broker.ask(`token ${origin} https://top.example private`)).split(' ')[1];
  const { client } = await Client.request(broker.port);
  client.write(helloFrame(Uint8Array.from(Buffer.from(token, 'hex'))));
  const page = client.page();
  await page.wait('welcome');
  const opening = Peer.open(page);
  const { id, embedder, canBlock } = await question(broker);
  assert.deepEqual([embedder, canBlock], ['https://top.example', false]);
  await broker.ask(`answer ${id} deny`);
  await assert.rejects(opening, ({ status }) => status === Status.DENIED.number);
  page.destroy();
});
