// When the first check leaves: as soon as the page has accepted and a candidate is known, in whatever
// order it says so, and not before.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { AddressFamily } from '../../../js/lib/names.js';
import { startPipe, within } from '../page.js';
import { Peer } from './call.js';

const ufrag = 'made';
const cleanups = [];
after(async () => {
  for (const clean of cleanups.reverse()) await clean();
});

/** Somebody who answers nothing: packets(n) resolves when so many have come. */
async function silent() {
  const socket = createSocket('udp4');
  cleanups.push(() => socket.close());
  const place = { packets: 0, atLeast: (num) => within((async () => {
    while (place.packets < num) await once(socket, 'message');
  })(), 'a check') };
  socket.on('message', () => (place.packets += 1));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const bytes = new Uint8Array(16);
  bytes.set([127, 0, 0, 1]);
  const nowhere = { family: AddressFamily.none, bytes: new Uint8Array(16), port: 0 };
  place.candidate = { foundation: '1', component: 1, transport: 0, type: 0, tcpType: 0, priority: 2130706431,
    address: { family: AddressFamily.ipv4, bytes, port: socket.address().port }, name: '', related: nowhere };
  return place;
}

/** What a page may do, each once, to a peer that knows of one silent place. */
function steps(peer, place) {
  const other = new Peer(null, { ...peer.opened, ufrag, password: 'aPasswordOf22Characters', tlsId: '' });
  return { connect: () => peer.connect(other.planFor(peer, 0)), gather: () => peer.gather(),
    candidate: () => peer.addCandidate(place.candidate, ufrag), end: () => peer.endOfCandidates(ufrag) };
}

async function pipe() {
  const page = startPipe();
  cleanups.push(() => page.destroy());
  await page.hello();
  return page;
}

// RFC 8838 4.1 and 14: a candidate may come before anything of ours is there.
test('a candidate is checked whether it comes before gathering, before the plan, or last', async () => {
  const page = await pipe();
  const orders = ['candidate end connect gather', 'candidate connect gather end', 'connect candidate end gather', 'candidate gather connect',
    'gather candidate connect', 'connect gather candidate'];
  await Promise.all(orders.map(async (order) => {
    const place = await silent();
    const peer = await Peer.open(page);
    const all = steps(peer, place);
    for (const step of order.split(' ')) {
      all[step]();
      await page.ask('getStats', 'stats', { peer: peer.handle }); // it was handled
    }
    await place.atLeast(1);
  }));
});

test('R20: no check leaves before the page has accepted, whatever is gathered and known', async () => {
  const page = await pipe();
  const [waiting, accepted] = [await silent(), await silent()];
  const peers = [await Peer.open(page), await Peer.open(page)];
  const [held, other] = [steps(peers[0], waiting), steps(peers[1], accepted)];
  for (const step of ['gather', 'candidate', 'end']) {
    held[step]();
    other[step]();
  }
  other.connect();
  await accepted.atLeast(3); // by then the first one's checks would have come
  assert.equal(waiting.packets, 0);
  held.connect();
  await waiting.atLeast(1);
});
