// What a worker that has fallen may say to the broker: one word that no honest worker says, and it is ended.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { Broker } from '../host/control.js';
import { brokerPath, within } from '../host/page.js';
import { Client, helloFrame } from '../host/websocket.js';

const rogue = join(dirname(brokerPath), 'portcullis-rogue-worker');
const sentence = 'portcullis-broker: a worker broke the rules and was ended';
const attempts = ['call-zero', 'call-twice', 'ends-unknown', 'proves-unknown', 'right-of-host', 'two-rights',
  'data-for-no-call', 'request-twice', 'as-broker', 'no-row', 'trailing', 'truncated'];
const originOf = (attempt) => `https://${attempt}.example`;
let broker;
let said = '';
after(() => broker?.stop());

/** Gives the attempt's worker a link; resolves when the worker and its link have ended. */
async function meet(attempt) {
  const { client } = await Client.request(broker.port, { Origin: originOf(attempt) });
  client.write(helloFrame(await broker.token(originOf(attempt))));
  await within(client.closed, `${attempt}: the end of its link`);
}

const numEnded = () => said.split(sentence).length - 1;

test('X26: a worker that says what no worker may say is ended, one that keeps to the rules is not', async () => {
  broker = await Broker.start({ args: ['--worker', rogue], allow: [...attempts, 'honest'].map(originOf), stderr: 'pipe' });
  broker.stderr.on('data', (chunk) => (said += chunk));
  for (const [at, attempt] of attempts.entries()) {
    await meet('honest'); // it goes by itself, and nothing is said of it
    await meet(attempt);
    await within((async () => {
      while (numEnded() <= at) await once(broker.stderr, 'data');
    })(), `${attempt} to be told of`);
    assert.equal(numEnded(), at + 1, attempt);
  }
});
