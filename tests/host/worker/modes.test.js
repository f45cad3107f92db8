// The address modes as a worker keeps them: which sockets it has, and when.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { after, test } from 'node:test';
import { GatheringState } from '../../../js/lib/names.js';
import { startPipe } from '../page.js';
import { join, Peer } from './call.js';

const pages = [];
after(() => pages.forEach((page) => page.destroy()));

async function open(mode) {
  const page = startPipe({ args: ['--loopback', '--addresses', mode] });
  pages.push(page);
  await page.hello();
  return Peer.open(page);
}

function childOf(pid) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).find((one) => {
    try {
      return Number(readFileSync(`/proc/${one}/stat`, 'latin1').split(') ')[1].split(' ')[1]) === pid;
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

/** How many UDP sockets the peer's worker has, those of multicast DNS too. */
function udpSocketsOf({ page }) {
  const folder = `/proc/${childOf(page.child.pid)}/fd`;
  const own = readdirSync(folder).map((name) => /socket:\[(\d+)\]/.exec(readlinkSync(`${folder}/${name}`))?.[1]);
  const udp = ['udp', 'udp6'].flatMap((name) => readFileSync(`/proc/net/${name}`, 'latin1').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/)[9]);
  return own.filter((inode) => inode && udp.includes(inode)).length;
}

/** Lets the peer gather and resolves with what it found. */
async function gather(peer) {
  const found = [];
  peer.gather();
  for (;;) {
    const message = await peer.page.wait(({ name }) => name === 'candidateFound' || name === 'gatheringState');
    if (message.name === 'candidateFound') found.push(message.candidate);
    else if (message.state === GatheringState.complete) return found;
  }
}

const nameFamily = 1;

test('P2: by default host candidates are told by names', async () => {
  const peer = await open('default');
  const found = await gather(peer);
  assert.ok(found.length > 0);
  for (const { address, name } of found) {
    assert.equal(address.family, nameFamily);
    assert.match(name, /\.local$/);
  }
  assert.ok(udpSocketsOf(peer) > 0);
});

test('P3: on the default route alone no host candidate is told', async () => {
  assert.deepEqual(await gather(await open('default_public_interface_only')), []);
});

test('P4: without UDP a worker has no UDP socket', async () => {
  const peer = await open('disable_non_proxied_udp');
  assert.deepEqual(await gather(peer), []);
  assert.equal(udpSocketsOf(peer), 0);
});

test('R20, A20: until both descriptions are there no socket is open and nothing is told', async () => {
  const [first, second] = [await open('hide_until_accepted'), await open('default')];
  first.gather();
  const stats = await first.page.ask('getStats', 'stats', { peer: first.handle });
  assert.deepEqual(stats.candidates, []);
  assert.equal(udpSocketsOf(first), 0);
  await join(first, second);
  await Promise.all([first.connected(), second.connected()]);
  assert.ok(udpSocketsOf(first) > 0);
});

test('a mode that is none is refused with a sentence', async () => {
  const page = startPipe({ args: ['--addresses', 'all'], stderr: 'pipe' });
  let said = '';
  page.child.stderr.on('data', (chunk) => { said += chunk; });
  assert.equal((await page.exited).code, 2);
  assert.match(said, /--addresses takes/);
});
