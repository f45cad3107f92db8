// A page that hangs: what a person stops ends without a word from it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ChannelState, DtlsState } from '../../../js/lib/names.js';
import { Broker } from '../control.js';
import { origin, startPipe } from '../page.js';
import { Client, helloFrame } from '../websocket.js';
import { join, Peer } from '../worker/call.js';

const binary = 1;
const cleanups = [];
after(async () => {
  for (const clean of cleanups.reverse()) await clean();
});

async function hangableLink(broker) {
  const { client } = await Client.request(broker.port);
  client.write(helloFrame(await broker.token()));
  const page = client.page();
  cleanups.push(() => page.destroy());
  await page.wait('welcome');
  return { client, page };
}

test('A8: the person\'s stop ends the call of a page that hangs', async () => {
  const broker = await Broker.start({ args: ['--indicator', 'shell'] });
  cleanups.push(() => broker.stop());
  const { client, page } = await hangableLink(broker);
  const pipe = startPipe();
  cleanups.push(() => pipe.destroy());
  await pipe.hello();
  const [hung, other] = [await Peer.open(page), await Peer.open(pipe)];
  await join(other, hung);
  await Promise.all([hung.connected(), other.connected()]);
  const channel = await other.openChannel();
  await other.channelState(channel, ChannelState.open);
  client.pause();
  for (let i = 0; i < 20; i++) {
    pipe.send('send', { channel, kind: binary, payload: new Uint8Array(10_000) });
    await pipe.wait('sent');
  }
  assert.match(await broker.line(), /^using \[\{/);
  assert.equal(await broker.ask(`stop ${origin} ${origin}`), 'ok');
  await other.state('dtlsState', DtlsState.closed); // its worker has said so to the other side
  assert.equal(await broker.line(), 'using []');
});
