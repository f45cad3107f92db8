// A page that controls every byte of its link says what no page says, in every phase: before HELLO,
// after it, and with a connection open. Its link is closed with a reason; the call that another page
// holds through the same broker goes on.
import test from 'node:test';
import assert from 'node:assert/strict';
import { haveChromium, launchBrowser } from '../interop/ends/browser.js';
import { play } from '../interop/ends/end.js';
import { startHost } from '../interop/host.js';
import { Message, Limits } from '../../js/lib/names.js';

const timeout = 120_000;
const pulse = 'interop/scenarios/pulse.js';
const skip = !haveChromium;
let browser;
let host;
let attacker;
let friends;

test.before(async () => {
  if (skip) return;
  host = await startHost();
  browser = await launchBrowser();
  friends = [await browser.pageEnd(host.server, 'portcullis'), await browser.pageEnd(host.server, 'portcullis')];
  await play(pulse, friends);
  attacker = await browser.pageEnd(host.server, 'native', { name: 'attacker' });
});

test.after(async () => {
  await browser?.close();
  await host?.close();
});

// u32 and u16 in network order, as on the link.
const u32 = (value) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
const u16 = (value) => u32(value).slice(2);
const record = (id, body = []) => [...u32(body.length + 2), ...u16(id), ...body];
const rows = Object.values(Message);
const zeros = (length) => new Array(length).fill(0);

// Bytes that are wrong whenever they come.
const alwaysWrong = {
  'a record shorter than its id': u32(1).concat(0),
  'a record of length 0': u32(0),
  'a record longer than any may be': u32(Limits.recordBytesMax + 1).concat(u16(Message.send.id)),
  'a record of 4 GiB': u32(0xffffffff).concat(u16(Message.send.id)),
  'an id that no message has': record(0x7777),
  'text of another protocol': [...Buffer.from('GET / HTTP/1.1\r\n\r\n')],
};

// What is wrong once a page was welcomed.
const wrongWhenOpen = {
  ...alwaysWrong,
  'a second HELLO': record(Message.hello.id, [...u16(Limits.protocolVersion), ...u16(0)]),
  'CLOSE_PEER cut off': record(Message.closePeer.id, zeros(3)),
  'CLOSE_PEER with a byte too many': record(Message.closePeer.id, zeros(5)),
  'OPEN_PEER whose list says more than there is': record(Message.openPeer.id, [...zeros(9), 8]),
  'OPEN_PEER whose list says more than is allowed': record(Message.openPeer.id, [...zeros(9), 255, ...zeros(4000)]),
  'OPEN_CHANNEL whose label says more than there is':
    record(Message.openChannel.id, [...u32(1), ...zeros(14), ...u16(65535), 120]),
  'OPEN_CHANNEL whose label is not UTF-8':
    record(Message.openChannel.id, [...u32(1), ...zeros(14), ...u16(2), 0xff, 0xfe, ...u16(0)]),
  ...Object.fromEntries(rows.filter(({ direction }) => direction === 'toPage')
    .map(({ row, id }) => [`${row}, which only a host says`, record(id, zeros(8))])),
};

// attack plays in the page: opens a raw link up to a phase, sends bytes, tells how it ended.
async function attack({ phase, bytes, text }) {
  const { openRaw } = await import('/tests/interop/ends/raw_link.js');
  const link = await openRaw();
  if (phase !== 'new') await link.hello();
  if (phase === 'peer') await link.openPeer();
  link.send(text ?? new Uint8Array(bytes));
  return link.end();
}

async function refusedAndHarmless(phase, what, message) {
  const ended = await attacker.page.evaluate(attack, { phase, ...message });
  assert.notEqual(ended.status, 0, `${what}: closed without GOODBYE ${JSON.stringify(ended)}`);
  assert.ok(ended.reason.length > 0, `${what}: closed without a reason`);
}

for (const [phase, title, cases] of [
  ['new', 'before HELLO', { ...alwaysWrong, 'a message before HELLO': record(Message.closePeer.id, zeros(4)),
    'HELLO of another version': record(Message.hello.id, [...u16(9), ...u16(0)]),
    'HELLO without a token': record(Message.hello.id, [...u16(Limits.protocolVersion), ...u16(0)]),
    'HELLO with a wrong token': record(Message.hello.id, [...u16(Limits.protocolVersion), ...u16(32), ...zeros(32)]) }],
  ['open', 'after HELLO', wrongWhenOpen],
  ['peer', 'with a connection open', wrongWhenOpen],
]) {
  test(`garbage ${title} closes that link with a reason and harms nobody else`, { timeout, skip }, async () => {
    for (const [what, bytes] of Object.entries(cases)) await refusedAndHarmless(phase, what, { bytes });
    await refusedAndHarmless(phase, 'a text frame', { text: 'hello' });
    await friends[0].run(pulse, 'beats', { more: 50 });
  });
}

test('random bytes after HELLO never harm anybody else', { timeout, skip }, async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  t.diagnostic(`seed ${seed}`);
  await attacker.page.evaluate(randomAttacks, { seed, count: 50 });
  await friends[0].run(pulse, 'beats', { more: 50 });
});

// Well-framed records of random ids and bodies, some links in each phase. How each ends is the
// host's choice: what is no garbage by chance is answered, and the link is closed by us.
async function randomAttacks({ seed, count }) {
  const { openRaw } = await import('/tests/interop/ends/raw_link.js');
  const { messageById } = await import('/js/lib/names.js');
  const ids = [...messageById.keys()];
  let x = seed || 1;
  const random = (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
  for (let i = 0; i < count; i++) {
    const link = await openRaw();
    await link.hello();
    if (random(2)) await link.openPeer();
    const body = Array.from({ length: random(64) }, () => (random(3) ? 0 : random(256)));
    const id = ids[random(ids.length)];
    const bytes = new Uint8Array([0, 0, 0, body.length + 2, id >> 8, id & 255, ...body]);
    link.send(bytes);
    link.socket.close();
    await link.ended;
  }
}
