// The operations chain of a connection (webrtc-pc 4.4.1.2).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OperationsChain } from '../../js/lib/operations.js';
import { turn } from './fake_host.js';

function deferred() {
  const result = {};
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }));
  return result;
}

test('the first operation starts at once, the second when the first has ended', async () => {
  const chain = new OperationsChain(() => {});
  const seen = [];
  const gate = deferred();
  const first = chain.chain(() => {
    seen.push('first');
    return gate.promise;
  });
  chain.chain(async () => seen.push('second'));
  assert.deepEqual(seen, ['first']);
  await turn();
  assert.deepEqual(seen, ['first']);
  gate.resolve('done');
  assert.equal(await first, 'done');
  await turn();
  assert.deepEqual(seen, ['first', 'second']);
});

test('a failed operation rejects its own promise and lets the next run', async () => {
  const chain = new OperationsChain(() => {});
  const first = chain.chain(async () => { throw new TypeError('x'); });
  const second = chain.chain(async () => 2);
  await assert.rejects(first, TypeError);
  assert.equal(await second, 2);
});

test('the chain is empty by the time script hears of the last operation', async () => {
  let emptied = 0;
  const chain = new OperationsChain(() => { emptied += 1; });
  await chain.chain(async () => {});
  assert.ok(chain.isEmpty);
  assert.equal(emptied, 1);
});

test('what is pending when the connection closes never settles', async () => {
  const chain = new OperationsChain(() => {});
  const gate = deferred();
  let settled = false;
  for (const promise of [chain.chain(() => gate.promise), chain.chain(async () => {})]) {
    promise.finally(() => { settled = true; });
  }
  chain.close();
  gate.resolve();
  await turn();
  assert.equal(settled, false);
});

test('an operation on a closed connection is an InvalidStateError', async () => {
  const chain = new OperationsChain(() => {});
  chain.close();
  await assert.rejects(chain.chain(async () => {}), { name: 'InvalidStateError' });
});
