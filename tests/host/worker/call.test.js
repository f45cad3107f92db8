// A whole call from worker to worker: two pipe links, two sandboxed processes, real sockets, and
// between the two pages nothing but what SDP would carry.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { Status } from '../../../js/lib/names.js';
import { startPipe, within } from '../page.js';
import { ChannelState, DtlsState, IceState, Limits, Peer, SctpState, join, trickle } from './call.js';

const text = 0;
const binary = 1;
const succeeded = 4;
const pages = [];

after(() => pages.forEach((page) => page.destroy()));

async function twoPeers() {
  const made = [startPipe(), startPipe()];
  pages.push(...made);
  await Promise.all(made.map((page) => page.hello()));
  return Promise.all(made.map((page) => Peer.open(page)));
}

async function onePeer() {
  const page = startPipe();
  pages.push(page);
  await page.hello();
  return Peer.open(page);
}

async function connectedPeers() {
  const [first, second] = await twoPeers();
  await join(first, second);
  await Promise.all([first.connected(), second.connected()]);
  return [first, second];
}

test('two workers connect, and both pages hear the same of it', async () => {
  const [first, second] = await twoPeers();
  await join(first, second);
  const [one, two] = await Promise.all([first.connected(), second.connected()]);
  assert.equal(one.messageBytesMax, Limits.messageBytesMax);
  assert.equal(two.channelsMax, one.channelsMax);
  const [dtls, other] = await Promise.all([
    first.state('dtlsState', DtlsState.connected), second.state('dtlsState', DtlsState.connected)]);
  assert.equal(dtls.version, 0xfefd);
  assert.equal(dtls.cipher, other.cipher);
  const seen = createHash('sha256').update(other.certificate).digest();
  assert.deepEqual(new Uint8Array(seen), new Uint8Array(first.opened.fingerprints[0].value));
  const pair = await first.page.wait('selectedPair');
  assert.equal(pair.peer, first.handle);
});

test('messages arrive whole, in order, of their kind and at every size', async () => {
  const [first, second] = await connectedPeers();
  const channel = await first.openChannel({ label: 'grüße', protocol: 'p' });
  await first.channelState(channel, ChannelState.open);
  const incoming = await second.page.wait('channelIncoming');
  assert.equal(incoming.label, 'grüße');
  assert.equal(incoming.protocol, 'p');
  assert.equal(incoming.id % 2, 1); // the DTLS server's ids are odd (RFC 8832 6)
  const sizes = [0, 1, 1000, 1200, 65536, 262144, 0, 5];
  for (const size of sizes) {
    for (const kind of [text, binary]) {
      const payload = new Uint8Array(size).fill(97 + (size % 7));
      first.page.send('send', { channel, kind, payload });
      const got = await second.page.wait('received');
      assert.equal(got.channel, incoming.channel);
      assert.equal(got.kind, kind);
      assert.deepEqual(got.payload.length, size);
      assert.ok(Buffer.from(got.payload).equals(Buffer.from(payload)));
      second.page.send('credit', { peer: second.handle, bytes: size });
    }
  }
  second.page.send('send', { channel: incoming.channel, kind: text, payload: new TextEncoder().encode('back') });
  const back = await first.page.wait('received');
  assert.equal(new TextDecoder().decode(back.payload), 'back');
});

/** Sends total bytes within the window, receives them with credit; resolves with both hashes. */
async function transfer(first, second, channel, { total, size }) {
  const sent = createHash('sha256');
  const got = createHash('sha256');
  let window = Limits.sendWindowBytes;
  let owed = 0;
  let left = total;
  let wake = () => {};
  first.page.listen((message) => {
    if (message.name !== 'sent') return false;
    window += message.bytes;
    wake();
    return true;
  });
  const arrived = new Promise((resolve) => {
    let missing = total;
    second.page.listen((message) => {
      if (message.name !== 'received') return false;
      got.update(message.payload);
      missing -= message.payload.length;
      owed += message.payload.length;
      if (owed >= Limits.receiveWindowBytes / 16 || missing === 0) {
        second.page.send('credit', { peer: second.handle, bytes: owed });
        owed = 0;
      }
      if (missing === 0) resolve();
      return true;
    });
  });
  const block = randomBytes(size);
  while (left > 0) {
    const payload = block.subarray(0, Math.min(size, left));
    while (window < payload.length) await new Promise((resolve) => (wake = resolve));
    window -= payload.length;
    left -= payload.length;
    sent.update(payload);
    if (!first.page.send('send', { channel, kind: binary, payload })) await first.page.drained();
  }
  await arrived;
  return [sent.digest('hex'), got.digest('hex')];
}

test('20 MB arrive unchanged under back-pressure both ways', async () => {
  const [first, second] = await connectedPeers();
  const channel = await first.openChannel();
  await first.channelState(channel, ChannelState.open);
  await second.page.wait('channelIncoming');
  const [sent, got] = await transfer(first, second, channel, { total: 20e6, size: 65536 });
  assert.equal(got, sent);
});

test('a page that pays no credit holds the sender, and gets the rest when it pays', async () => {
  const [first, second] = await connectedPeers();
  const channel = await first.openChannel();
  await first.channelState(channel, ChannelState.open);
  await second.page.wait('channelIncoming');
  let got = 0;
  let sent = 0;
  const all = 4 * Limits.sendWindowBytes;
  const size = 262144;
  let window = Limits.sendWindowBytes;
  first.page.listen((message) => {
    if (message.name !== 'sent') return false;
    window += message.bytes;
    for (; window >= size && sent < all; sent += size, window -= size) {
      first.page.send('send', { channel, kind: binary, payload: new Uint8Array(size) });
    }
    return true;
  });
  let whenFull = () => {};
  let whenAll = () => {};
  second.page.listen((message) => {
    if (message.name !== 'received') return false;
    got += message.payload.length;
    if (got > Limits.receiveWindowBytes - size) whenFull();
    if (got === all) whenAll();
    return true;
  });
  const full = new Promise((resolve) => (whenFull = resolve));
  for (; window > 0; sent += size, window -= size) {
    first.page.send('send', { channel, kind: binary, payload: new Uint8Array(size) });
  }
  await within(full, 'the window to be used up');
  // What is asked after it is answered: the worker is not stuck, it holds.
  await second.page.ask('getStats', 'stats', { peer: second.handle });
  assert.ok(got <= Limits.receiveWindowBytes, `${got} bytes were given without credit`);
  const rest = new Promise((resolve) => (whenAll = resolve));
  let paid = 0;
  const pay = () => {
    if (got > paid) second.page.send('credit', { peer: second.handle, bytes: got - paid });
    paid = got;
    if (got < all) setImmediate(pay);
  };
  pay();
  await within(rest, 'the rest');
});

test('a page that sends more than its window is closed with a reason', async () => {
  const [first, second] = await connectedPeers();
  const channel = await first.openChannel();
  await first.channelState(channel, ChannelState.open);
  await second.page.wait('channelIncoming');
  const payload = new Uint8Array(262144);
  for (let i = 0; i < 200 && !first.page.isEnded; i++) first.page.send('send', { channel, kind: binary, payload });
  assert.equal((await first.page.wait('goodbye')).status, Status.NO_SPACE.number);
  await second.state('dtlsState', DtlsState.closed);
});

test('fifty channels of every reliability carry their own messages', async () => {
  const [first, second] = await connectedPeers();
  const heard = new Map();
  for (let i = 0; i < 50; i++) {
    const channel = await first.openChannel({ label: `${i}`, ordered: i % 2, reliability: i % 3, reliabilityValue: i % 3 ? 100 : 0 });
    await first.channelState(channel, ChannelState.open);
    const incoming = await second.page.wait('channelIncoming');
    assert.equal(incoming.label, `${i}`);
    assert.equal(incoming.ordered, i % 2);
    assert.equal(incoming.reliability, i % 3);
    heard.set(incoming.channel, i);
    first.page.send('send', { channel, kind: text, payload: new TextEncoder().encode(`${i}`) });
  }
  for (let i = 0; i < 50; i++) {
    const { channel, payload } = await second.page.wait('received');
    assert.equal(new TextDecoder().decode(payload), `${heard.get(channel)}`);
  }
});

test('a negotiated channel needs no opening by the other side', async () => {
  const [first, second] = await twoPeers();
  const fields = { negotiated: 1, id: 42 };
  const [one, two] = await Promise.all([first.openChannel(fields), second.openChannel(fields)]);
  await assert.rejects(first.openChannel(fields), { status: Status.OPERATION.number });
  await join(first, second);
  const opened = await first.channelState(one, ChannelState.open);
  assert.equal(opened.id, 42);
  await second.channelState(two, ChannelState.open);
  first.page.send('send', { channel: one, kind: text, payload: new Uint8Array(1) });
  assert.equal((await second.page.wait('received')).channel, two);
});

test('an ICE restart under traffic keeps the association and every message', async () => {
  const [first, second] = await connectedPeers();
  const channel = await first.openChannel();
  await first.channelState(channel, ChannelState.open);
  await second.page.wait('channelIncoming');
  const moved = transfer(first, second, channel, { total: 8e6, size: 16384 });
  for (const peer of [first, second]) {
    const made = await peer.page.ask('makeGeneration', 'generationMade', { peer: peer.handle });
    Object.assign(peer.opened, { generation: made.generation, ufrag: made.ufrag, password: made.password });
  }
  await join(first, second);
  const [sent, got] = await within(moved, 'the transfer');
  assert.equal(got, sent);
  const stats = await first.page.ask('getStats', 'stats', { peer: first.handle });
  assert.equal(stats.dtlsState, DtlsState.connected);
});

test('another fingerprint in a later plan ends the association', async () => {
  const [first, second] = await connectedPeers();
  second.connect(first.planFor(second, 0, { fingerprints: [{ hash: 3, value: new Uint8Array(32).fill(1) }] }));
  await second.state('dtlsState', DtlsState.closed);
  await first.state('dtlsState', DtlsState.closed);
});

/** first's page applies the answer of third, who was given the offer that first was connected with. */
async function handOver(first, third, changes = {}) {
  first.connect(third.planFor(first, 1, changes));
  third.connect(first.planFor(third, 0));
  for (const candidate of first.candidates) third.addCandidate(candidate, first.opened.ufrag);
  await trickle(third, first);
}

test('the answer of another peer hands over: old channels close, new ones carry, and who was there hears the end', async () => {
  const [first, second] = await connectedPeers();
  await first.state('dtlsState', DtlsState.connected);
  const old = await first.openChannel();
  await first.channelState(old, ChannelState.open);
  const incoming = await second.page.wait('channelIncoming');
  const third = await onePeer();
  await handOver(first, third);
  assert.equal((await first.channelState(old, ChannelState.closed)).status, Status.OK.number);
  await Promise.all([first.state('dtlsState', DtlsState.new), first.state('sctpState', SctpState.connecting)]);
  await Promise.all([second.channelState(incoming.channel, ChannelState.closed), second.state('dtlsState', DtlsState.closed)]);
  const [proved] = await Promise.all([first.state('dtlsState', DtlsState.connected), first.connected(), third.connected()]);
  const seen = createHash('sha256').update(proved.certificate).digest();
  assert.deepEqual(new Uint8Array(seen), new Uint8Array(third.opened.fingerprints[0].value));
  const theirs = await third.openChannel({ label: 'back' });
  await third.channelState(theirs, ChannelState.open);
  const back = await first.page.wait('channelIncoming');
  assert.equal(back.label, 'back');
  first.page.send('send', { channel: old, kind: text, payload: new Uint8Array(3).fill(97) });
  first.page.send('send', { channel: back.channel, kind: text, payload: new Uint8Array(5).fill(98) });
  const got = await third.page.wait('received');
  assert.deepEqual([got.channel, Buffer.from(got.payload).toString()], [theirs, 'bbbbb']);
});

test('a channel that is opened after a handover has an id of the new association', async () => {
  const [first] = await connectedPeers();
  const third = await onePeer();
  first.connect(third.planFor(first, 1));
  const channel = await first.openChannel({ label: 'early' });
  await handOver(first, third);
  const open = await first.channelState(channel, ChannelState.open);
  assert.equal(open.id, 1);
  assert.equal((await third.page.wait('channelIncoming')).id, 1);
});

test('a handover to a peer that holds another certificate fails, and delivers nothing', async () => {
  const [first] = await connectedPeers();
  const third = await onePeer();
  const wrong = { hash: 3, value: new Uint8Array(32).fill(7) };
  await handOver(first, third, { fingerprints: [wrong] });
  await first.state('dtlsState', DtlsState.failed);
  const stats = await first.page.ask('getStats', 'stats', { peer: first.handle });
  assert.equal(stats.remoteCertificate.length, 0);
  assert.equal(stats.channelsOpened, 0);
});

test('a call is handed over again and again', async () => {
  const [first] = await connectedPeers();
  for (let i = 0; i < 3; i++) {
    const next = await onePeer();
    await handOver(first, next);
    await first.state('dtlsState', DtlsState.new);
    await Promise.all([first.connected(), next.connected()]);
    const channel = await first.openChannel({ label: `${i}` });
    await first.channelState(channel, ChannelState.open);
    assert.equal((await next.page.wait('channelIncoming')).label, `${i}`);
  }
});

test('a kept certificate serves several connections, a dropped one no more', async () => {
  const [page] = [startPipe()];
  pages.push(page);
  await page.hello();
  const made = await page.ask('makeCertificate', 'certificateMade', { algorithm: 0, lifetimeMs: 1000000n });
  const peers = [await Peer.open(page, { certificate: made.certificate }), await Peer.open(page, { certificate: made.certificate })];
  for (const peer of peers) assert.deepEqual(peer.opened.fingerprints, made.fingerprints);
  const fresh = await Peer.open(page);
  assert.notDeepEqual(fresh.opened.fingerprints, made.fingerprints);
  page.send('dropCertificate', { certificate: made.certificate });
  await assert.rejects(Peer.open(page, { certificate: made.certificate }), { status: Status.NOT_FOUND.number });
});

test('two connections of one link do not mix', async () => {
  const [page, other] = [startPipe(), startPipe()];
  pages.push(page, other);
  await Promise.all([page.hello(), other.hello()]);
  const calls = [];
  for (let i = 0; i < 3; i++) {
    const [first, second] = [await Peer.open(page), await Peer.open(other)];
    await join(first, second);
    await Promise.all([first.connected(), second.connected()]);
    const channel = await first.openChannel({ label: `${i}` });
    await first.channelState(channel, ChannelState.open);
    const incoming = await other.wait('channelIncoming');
    assert.equal(incoming.peer, second.handle);
    calls.push({ first, second, channel, incoming });
  }
  calls[1].first.close();
  await calls[1].second.channelState(calls[1].incoming.channel, ChannelState.closed);
  for (const { channel, incoming } of [calls[0], calls[2]]) {
    page.send('send', { channel, kind: text, payload: new Uint8Array(2) });
    assert.equal((await other.wait('received')).channel, incoming.channel);
  }
});

test('a relay policy without a relay gathers nothing and tells no address', async () => {
  const page = startPipe();
  pages.push(page);
  await page.hello();
  const peer = await Peer.open(page, { icePolicy: 1 });
  peer.gather();
  let message;
  do {
    message = await page.wait((one) => one.name === 'candidateFound' || one.name === 'gatheringState');
    assert.equal(message.name, 'gatheringState');
  } while (message.state !== 2);
});

test('a channel closes from either side, and its handle is good for nothing then', async () => {
  const [first, second] = await connectedPeers();
  const channel = await first.openChannel();
  await first.channelState(channel, ChannelState.open);
  const incoming = await second.page.wait('channelIncoming');
  second.page.send('closeChannel', { channel: incoming.channel });
  await Promise.all([
    first.channelState(channel, ChannelState.closed), second.channelState(incoming.channel, ChannelState.closed)]);
  first.page.send('send', { channel, kind: text, payload: new Uint8Array(3) });
  const again = await first.openChannel();
  await first.channelState(again, ChannelState.open);
});

test('closing a peer is heard at once by the other side', async () => {
  const [first, second] = await connectedPeers();
  const channel = await first.openChannel();
  const incoming = await second.page.wait('channelIncoming');
  first.close();
  await second.channelState(incoming.channel, ChannelState.closed);
  await second.state('dtlsState', DtlsState.closed);
  assert.ok(channel);
});

test('a page that goes takes its worker along, and the other side hears of it', async () => {
  const [first, second] = await connectedPeers();
  first.page.destroy();
  assert.deepEqual(await first.page.exited, { code: 0, signal: null });
  await second.state('dtlsState', DtlsState.closed);
});

test('a wrong fingerprint ends in failed, and nothing is delivered', async () => {
  const [first, second] = await twoPeers();
  const wrong = { hash: 3, value: new Uint8Array(32).fill(7) };
  await join(first, second, { changeSecond: { fingerprints: [wrong] } });
  await second.state('dtlsState', DtlsState.failed);
  await first.state('iceState', IceState.connected);
  const stats = await second.page.ask('getStats', 'stats', { peer: second.handle });
  assert.equal(stats.dtlsState, DtlsState.failed);
  assert.equal(stats.channelsOpened, 0);
});

test('statistics tell of pairs, candidates and channels', async () => {
  const [first, second] = await connectedPeers();
  const channel = await first.openChannel();
  await first.channelState(channel, ChannelState.open);
  await second.page.wait('channelIncoming');
  first.page.send('send', { channel, kind: text, payload: new Uint8Array(1000) });
  await second.page.wait('received');
  const stats = await first.page.ask('getStats', 'stats', { peer: first.handle });
  assert.equal(stats.dtlsState, DtlsState.connected);
  assert.ok(stats.pairs.some((pair) => pair.id === stats.selectedPair && pair.state === succeeded));
  assert.ok(stats.candidates.some((candidate) => candidate.isRemote === 1));
  assert.equal(stats.channels.length, 1);
  assert.equal(stats.channels[0].bytesSent, 1000n);
  assert.ok(stats.bytesSent > 1000n);
  assert.ok(stats.localCertificate.length > 0 && stats.remoteCertificate.length > 0);
});
