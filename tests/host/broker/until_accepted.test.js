// A shell's word for one frame: nothing of its connections before they were accepted (RFC 8826 4.2.4).
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startBroker } from '../../../js/node.js';
import { GatheringState } from '../../../js/lib/names.js';
import { brokerPath, origin } from '../page.js';
import { Client, helloFrame } from '../websocket.js';
import { join, Peer } from '../worker/call.js';

const cleanups = [];
after(async () => {
  for (const clean of cleanups.reverse()) await clean();
});

async function open(broker, around) {
  const { client } = await Client.request(new URL(broker.url).port);
  client.write(helloFrame(Uint8Array.from(Buffer.from(await broker.token(origin, around), 'hex'))));
  const page = client.page();
  cleanups.push(() => page.destroy());
  await page.wait('welcome');
  return Peer.open(page);
}

const candidatesOf = async ({ page, handle }) => (await page.ask('getStats', 'stats', { peer: handle })).candidates;

test('R20, A20: a frame that its shell said it of gathers nothing before it was accepted, its neighbour does', async () => {
  const broker = await startBroker({ broker: brokerPath, allowOrigins: [origin], loopback: true });
  cleanups.push(() => broker.close());
  const [hidden, neighbour] = [await open(broker, { hideUntilAccepted: true }), await open(broker)];
  neighbour.gather();
  hidden.gather();
  await neighbour.state('gatheringState', GatheringState.complete);
  assert.ok((await candidatesOf(neighbour)).length > 0);
  assert.deepEqual(await candidatesOf(hidden), []);
  const other = await open(broker);
  await join(hidden, other);
  await Promise.all([hidden.connected(), other.connected()]);
  assert.ok((await candidatesOf(hidden)).length > 0);
});
