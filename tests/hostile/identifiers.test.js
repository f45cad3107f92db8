// X40: everything that two calls tell their pages, compared value by value. Two calls of one origin, and
// calls of two origins, share no identifier: no certificate, credential, tls-id, foundation, handle or id
// of a candidate, nor anything else that is not the same for everybody.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Broker } from '../host/control.js';
import { Client, helloFrame } from '../host/websocket.js';
import { join, Peer } from '../host/worker/call.js';

const origins = ['https://app.example', 'https://other.example'];
const cleanups = [];
after(async () => {
  for (const clean of cleanups.reverse()) await clean();
});

// What is not the host's choice or says nothing: the machine's own addresses and what follows from them
// (address policy is another row), sizes and times, and states with the words for them.
const notIdentifiers = new Set(['name', 'address', 'related', 'priority', 'bytesSent', 'bytesReceived', 'packetsSent', 'packetsReceived',
  'cipher', 'group', 'version', 'request', 'reason', 'expiresMs', 'certificateExpiresMs',
  'messageBytesMax', 'timestampUs', 'sctpCongestionWindow', 'sctpSmoothedRoundTripUs', 'sctpUnacknowledged', 'roundTripUs',
  'totalRoundTripUs', 'lastConsentUs']);
// Below it a number counts or names one of a few things, and is the same for everybody.
const smallest = 100_000;
/** Foundations count from 1 in each call. */
const counter = /^(?:prflx)?\d{1,5}$/;

/** Every value in a message that could name somebody, as text. */
function identifiersOf(value, found = new Set()) {
  if (value instanceof Uint8Array) {
    if (value.length > 0) found.add(Buffer.from(value).toString('hex'));
  } else if (typeof value === 'string') {
    if (value.length > 0 && !counter.test(value)) found.add(value);
  } else if (typeof value === 'number' || typeof value === 'bigint') {
    if (value >= smallest) found.add(String(value));
  } else if (value && typeof value === 'object') {
    for (const [name, one] of Object.entries(value)) if (!notIdentifiers.has(name)) identifiersOf(one, found);
  }
  return found;
}

async function link(broker, origin) {
  const { client } = await Client.request(broker.port, { Origin: origin });
  client.write(helloFrame(await broker.token(origin)));
  const page = client.page();
  const told = [];
  page.listen((message) => {
    if (message.name !== 'welcome') told.push(message); // what the program is, the same for all
    return false;
  });
  cleanups.push(() => page.destroy());
  await page.wait('welcome');
  return { page, told };
}

/** One call; what each end was told of it. */
async function call(broker, from, to, fields) {
  const ends = [await link(broker, from), await link(broker, to)];
  const peers = [await Peer.open(ends[0].page, fields), await Peer.open(ends[1].page)];
  await join(...peers);
  await Promise.all(peers.map((peer) => peer.connected()));
  await peers[0].openChannel();
  for (const [i, { page }] of ends.entries()) {
    await page.ask('makeGeneration', 'generationMade', { peer: peers[i].handle });
    await page.ask('getStats', 'stats', { peer: peers[i].handle });
  }
  return ends.map(({ told }) => identifiersOf(told));
}

const shared = (a, b) => [...a].filter((value) => b.has(value));

test('X40: two calls, and two origins, share no identifier', async (t) => {
  const broker = await Broker.start({ allow: origins });
  cleanups.push(() => broker.stop());
  const [mine, theirs] = await call(broker, origins[0], origins[0]);
  const [again] = await call(broker, origins[0], origins[0]);
  const [other, third] = await call(broker, origins[1], origins[0]);
  t.diagnostic(`${mine.size} values in one call`);
  assert.ok(mine.size > 8, 'little was compared');
  // The ends of one call know each other: that the comparison sees it shows that it sees.
  assert.ok(shared(mine, theirs).length > 0, 'nothing would be found');
  for (const [what, one] of Object.entries({ 'another call': again, 'another origin': other, 'its other end': third })) {
    assert.deepEqual(shared(mine, one), [], what);
    assert.deepEqual(shared(theirs, one), [], what);
  }
});

test('a certificate that a page made on purpose is the one thing that two of its calls share', async () => {
  const broker = await Broker.start();
  cleanups.push(() => broker.stop());
  const { page } = await link(broker, origins[0]);
  const { certificate, fingerprints } = await page.ask('makeCertificate', 'certificateMade', { algorithm: 0, lifetimeMs: 1_000_000n });
  const first = await Peer.open(page, { certificate });
  const second = await Peer.open(page, { certificate });
  const print = Buffer.from(fingerprints[0].value).toString('hex');
  assert.deepEqual(shared(identifiersOf(first.opened), identifiersOf(second.opened)), [print]);
});
