// The boundary against hostile pages, row by row: who gets a link, whose handles are whose, what is said
// when, what a flood gets, and that a screen is never part of anything else.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startConsent } from '../../js/node.js';
import { Limits, Message, Right, Status } from '../../js/lib/names.js';
import { Broker } from '../host/control.js';
import { brokerPath, rawRecord, within } from '../host/page.js';
import { Client, frame, helloFrame } from '../host/websocket.js';
import { Peer } from '../host/worker/call.js';

const app = 'https://app.example';
const other = 'https://other.example';
const refusalsUntilQuiet = 3; /* host/broker/patience.h */
const brokers = [];
after(() => Promise.all(brokers.map((broker) => broker.stop())));

async function start(options) {
  const broker = await Broker.start({ allow: [app, other], ...options });
  brokers.push(broker);
  return broker;
}

async function link(broker, origin = app, around = '') {
  const { client, status } = await Client.request(broker.port, { Origin: origin });
  assert.equal(status, 101);
  const token = (await broker.ask(`token ${origin} ${around}`.trim())).split(' ')[1];
  client.write(helloFrame(Uint8Array.from(Buffer.from(token, 'hex'))));
  const page = client.page();
  await page.wait('welcome');
  return page;
}

/** Whether a page's connection is still there. */
async function lives(peer) {
  return (await peer.page.ask('getStats', 'stats', { peer: peer.handle })).name === 'stats';
}

// ---- who gets a link ----

const hostsOf = (port) => ({
  good: [`127.0.0.1:${port}`, `localhost:${port}`],
  bad: [null, '', '127.0.0.1', 'localhost', `127.0.0.1:${port + 1}`, `127.0.0.1:0${port}`, `127.0.0.1:${port} `.repeat(2), `127.1:${port}`,
    `2130706433:${port}`, `0x7f.0.0.1:${port}`, `0.0.0.0:${port}`, `[::1]:${port}`, `[::ffff:127.0.0.1]:${port}`, `localhost.:${port}`,
    `rebind.example:${port}`, `127.0.0.1.nip.io:${port}`, `app.example:${port}`, `app.example@127.0.0.1:${port}`],
});
const badOrigins = [null, '', 'null', 'NULL', 'http://app.example', 'HTTPS://app.example', 'https://APP.example', 'https://app.example:443',
  'https://app.example:0443', 'https://app.example:8443', 'https://app.example/', 'https://app.example.', 'https://x.app.example',
  'https://app.example.evil.example', 'https://evil.example', 'https://[::1]', 'http://127.0.0.1:1', `${app} ${app}`, [app, app]];

test('X32: of all Host and Origin only the literal pair is upgraded', async () => {
  const broker = await start();
  const { good, bad } = hostsOf(broker.port);
  const cells = [...good, ...bad].flatMap((Host) => [app, ...badOrigins].map((Origin) => ({ Host, Origin })));
  for (const { Host, Origin } of cells) {
    const { client, status } = await Client.request(broker.port, { Host, Origin });
    client.destroy();
    const isGood = good.includes(Host) && Origin === app;
    assert.ok(isGood ? status === 101 : [400, 403].includes(status), `${Host} with ${Origin}: ${status}`);
  }
});

test('X32: an upgraded page is welcomed by its own unused token only', async () => {
  const broker = await start();
  const own = await broker.token(app);
  const first = await link(broker);
  const changed = Uint8Array.from(own, (byte, at) => (at === 31 ? byte ^ 1 : byte));
  const stolen = await broker.token(other);
  const tokens = { changed, stolen, 'cut off': own.subarray(0, 31), empty: new Uint8Array(0), zeros: new Uint8Array(32), own, replayed: own };
  for (const [what, token] of Object.entries(tokens)) {
    const { client } = await Client.request(broker.port);
    client.write(helloFrame(token));
    const page = client.page();
    const answer = await page.wait(({ name }) => ['welcome', 'goodbye'].includes(name));
    assert.equal(answer.name, what === 'own' ? 'welcome' : 'goodbye', what);
    if (answer.name === 'goodbye') assert.equal(answer.status, Status.DENIED.number, what);
    page.destroy();
  }
  const { client } = await Client.request(broker.port, { Origin: other });
  client.write(helloFrame(stolen)); // void for its owner too, since another showed it
  assert.equal((await client.page().wait('goodbye')).status, Status.DENIED.number);
  assert.ok(await lives(await Peer.open(first)));
});

// ---- whose handles ----

test('X33: no message does anything to what another link has, nor to what it guesses', async () => {
  const broker = await start();
  const owner = await Peer.open(await link(broker, other));
  const channel = await owner.openChannel({ negotiated: 1, id: 0 });
  const { certificate } = await owner.page.ask('makeCertificate', 'certificateMade', { algorithm: 0, lifetimeMs: 60_000 });
  const thief = await link(broker);
  const notFound = ({ status }) => status === Status.NOT_FOUND.number;
  const own = await Peer.open(thief);
  const ownChannel = await own.openChannel({ negotiated: 1, id: 0 });
  await assert.rejects(thief.ask('getStats', 'stats', { peer: ownChannel }), notFound, 'its own, of another kind');
  await assert.rejects(Peer.open(thief, { certificate: own.handle }), notFound);
  for (const peer of [owner.handle, owner.handle + 1, 1, 0xffffffff, channel, certificate]) {
    await assert.rejects(thief.ask('getStats', 'stats', { peer }), notFound);
    await assert.rejects(thief.ask('makeGeneration', 'generationMade', { peer }), notFound);
    await assert.rejects(new Peer(thief, { ...owner.opened, peer }).openChannel(), notFound);
    await assert.rejects(Peer.open(thief, { certificate: peer }), notFound);
    thief.send('send', { channel: peer, kind: 1, payload: new Uint8Array(10) });
    for (const name of ['closeChannel', 'closePeer', 'dropCertificate']) thief.send(name, { peer, channel: peer, certificate: peer });
  }
  assert.ok(await lives(await Peer.open(thief)), 'all of it was handled');
  assert.ok(await lives(owner));
  await Peer.open(owner.page, { certificate });
  for (const page of [thief, owner.page]) page.destroy();
});

test('X33: a frame of another origin has rights of its own, and both origins are in its question', async () => {
  const broker = await start({ args: ['--prompt', 'shell'] });
  const askFor = (page) => page.ask('requestRight', 'rightGranted', { right: Right.localAddresses });
  const answer = async (words, expected) => {
    const [word, id, ...json] = (await broker.line()).split(' ');
    assert.equal(word, 'question');
    const { origin, embedder } = JSON.parse(json.join(' '));
    assert.deepEqual([origin, embedder], expected);
    assert.equal(await broker.ask(`answer ${id} ${words}`), 'ok');
  };
  const top = await link(broker, app);
  const inside = await link(broker, other, app);
  const alone = await link(broker, other);
  const topAsks = askFor(top);
  await answer('allow duration=page', [app, app]);
  await topAsks;
  const insideAsks = askFor(inside); // what surrounds it holds the right; it does not
  await answer('allow duration=page', [other, app]);
  await insideAsks;
  const aloneAsks = askFor(alone);
  await answer('deny', [other, other]);
  await assert.rejects(aloneAsks, ({ status }) => status === Status.DENIED.number);
  for (const page of [top, inside, alone]) page.destroy();
});

// ---- what is said when ----

const origins = [app, 'http://127.0.0.1:8080', 'app://demo', 'http://insecure.example'];
const rows = Object.values(Message);
const zeros = new Uint8Array(16);

/** A body that is in form, as far as zeros go. */
function bodyOf({ fields }) {
  const widths = { u8: 1, u16: 2, u32: 4, u64: 8, text: 2, bytes: 2, list: 1 };
  const size = (all) => all.reduce((sum, field) => sum + (widths[field.kind] ?? 0), 0);
  return new Uint8Array(fields.some(({ kind }) => kind === 'one') ? 64 : size(fields));
}

test('X34: before HELLO nothing but HELLO is heard, from whatever origin', async () => {
  const broker = await start({ allow: origins, args: ['--secure-scheme', 'app'] });
  for (const origin of origins) {
    for (const row of rows.filter(({ name }) => name !== 'hello')) {
      const { client } = await Client.request(broker.port, { Origin: origin });
      client.write(frame(rawRecord(row.id, bodyOf(row))));
      const { status } = await client.page().wait('goodbye');
      assert.ok(status > 0, `${row.row} of ${origin}`);
    }
  }
});

test('X34: what only a host says ends the link that says it, from whatever origin', async () => {
  const broker = await start({ allow: origins, args: ['--secure-scheme', 'app'] });
  const bystander = await Peer.open(await link(broker));
  for (const [at, row] of rows.filter(({ direction }) => direction === 'toPage').entries()) {
    const page = await link(broker, origins[at % origins.length]);
    page.write(rawRecord(row.id, zeros));
    assert.equal((await page.wait('goodbye')).status, Status.SYNTAX.number, row.row);
  }
  assert.ok(await lives(bystander));
});

test('X34: an insecure origin is refused every right, and its link answers each request once', async () => {
  const broker = await start({ allow: origins, args: ['--secure-scheme', 'app'] });
  for (const origin of origins) {
    const page = await link(broker, origin);
    const isSecure = origin !== origins.at(-1);
    if (isSecure) assert.ok(await lives(await Peer.open(page)), origin);
    else await assert.rejects(Peer.open(page), ({ status }) => status === Status.DENIED.number);
    if (!isSecure) {
      for (const right of Object.values(Right)) {
        await assert.rejects(page.ask('requestRight', 'rightGranted', { right }), undefined, String(right));
      }
    }
    page.destroy();
  }
});

// ---- floods ----

test('X35: a flood of questions is one at a time, then none, and keeps no other origin from asking', async () => {
  const broker = await start({ args: ['--prompt', 'shell'] });
  const pages = [await link(broker), await link(broker)];
  const rights = [Right.localAddresses, Right.deviceLabels]; // two questions, if they were not of one origin
  const ask = (page, at) => page.ask('requestRight', 'rightGranted', { right: rights[at % 2] });
  const refusal = async (asked) => assert.ok([Status.DENIED.number, Status.QUOTA.number].includes(await asked.then(() => 0, ({ status }) => status)));
  const flood = () => Promise.all(pages.flatMap((page) => Array.from({ length: 20 }, (_, at) => refusal(ask(page, at)))));
  let questions = 0;
  const person = async () => {
    for (; questions < refusalsUntilQuiet; questions++) {
      const [word, id] = (await broker.line()).split(' ');
      assert.equal(word, 'question');
      assert.equal(await broker.ask('grants'), 'end', 'while it stands there is no second one');
      assert.equal(await broker.ask(`answer ${id} deny`), 'ok');
    }
  };
  const page = async () => {
    while (questions < refusalsUntilQuiet) await flood();
  };
  await Promise.all([person(), page()]);
  await flood(); // nobody is asked: the next line is the other origin's
  const stranger = await link(broker, other);
  const [line, asked] = [broker.line(), ask(stranger, 0)];
  const [, id, ...json] = (await line).split(' ');
  assert.equal(JSON.parse(json.join(' ')).origin, other);
  assert.equal(await broker.ask(`answer ${id} allow duration=page`), 'ok');
  await asked;
  for (const one of [...pages, stranger]) one.destroy();
});

test('X35: connections and channels have a number, a clear error, and harm nobody else', async () => {
  const broker = await start();
  const bystander = await Peer.open(await link(broker, other));
  const page = await link(broker);
  const opened = await Promise.allSettled(Array.from({ length: Limits.peersMax + 5 }, () => Peer.open(page)));
  const refused = opened.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.status);
  assert.deepEqual(refused, Array(5).fill(Status.QUOTA.number));
  const { value: peer } = opened[0];
  const channels = await Promise.allSettled(Array.from({ length: Limits.channelsMax + 5 }, () => peer.openChannel()));
  const reasons = new Set(channels.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.status));
  assert.equal(channels.filter(({ status }) => status === 'fulfilled').length, Limits.channelsMax);
  assert.equal(reasons.size, 1);
  assert.ok([Status.QUOTA.number, Status.NO_SPACE.number].includes([...reasons][0]), String([...reasons]));
  assert.ok(await lives(bystander));
  for (const one of [page, bystander.page]) one.destroy();
});

// ---- the screen ----

test('X36: a screen is asked for alone, is never kept, and ends with its use', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const questions = [];
  const prompt = async (question) => {
    questions.push(question);
    return { kind: 'allow', duration: question.durations.at(-1) }; // the longest there is
  };
  const options = { broker: brokerPath, prompt, indicator: { show() {} }, state: join(folder, 'state') };
  const first = await startConsent(options);
  t.after(() => first.close());
  await first.seen(true);
  const all = ['microphone', 'camera', 'screen', 'window'];
  for (let time = 0; time < 3; time++) {
    const verdict = await first.ask({ origin: app, rights: ['microphone', 'screen'] });
    assert.equal(verdict.allowed, true);
    await verdict.end();
  }
  const display = questions.filter(({ rights }) => rights.some((right) => ['screen', 'window'].includes(right)));
  assert.deepEqual(display.map(({ rights, durations, canBlock }) => [rights, durations, canBlock]), Array(3).fill([['screen'], ['call'], false]));
  assert.deepEqual((await first.grants()).map(({ right }) => right).filter((right) => all.slice(2).includes(right)), []);
  await first.close();
  const second = await startConsent(options);
  t.after(() => second.close());
  await second.seen(true);
  const before = questions.length;
  await (await second.ask({ origin: app, rights: 'screen' })).end();
  assert.equal(questions.length, before + 1);
  assert.deepEqual((await second.grants()).filter(({ right }) => right === 'screen'), []);
  await within(second.close(), 'the broker to end');
});
