// The queue of tasks: order, and a microtask checkpoint between any two.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskQueue } from '../../js/lib/tasks.js';
import { turn } from './fake_host.js';

test('microtasks of one task run before the next', async () => {
  const queue = new TaskQueue();
  const seen = [];
  for (const name of ['a', 'b', 'c']) {
    queue.push(() => {
      seen.push(name);
      Promise.resolve().then(() => Promise.resolve()).then(() => seen.push(`after ${name}`));
    });
  }
  assert.deepEqual(seen, [], 'nothing runs at once');
  await turn();
  assert.deepEqual(seen, ['a', 'after a', 'b', 'after b', 'c', 'after c']);
});

test('the second half of a task comes before what already waits', async () => {
  const queue = new TaskQueue();
  const seen = [];
  queue.push(() => {
    seen.push('first');
    queue.pushFirst(() => seen.push('second half'));
  });
  queue.push(() => seen.push('next'));
  await turn();
  assert.deepEqual(seen, ['first', 'second half', 'next']);
});

test('records that let no script run do not cost a turn', async () => {
  const seen = [];
  const queue = new TaskQueue((record) => {
    seen.push(record.name);
    return record.loud;
  });
  for (const [name, loud] of [['quiet', false], ['loud', true], ['later', true]]) queue.append({ name, loud });
  queue.start();
  assert.deepEqual(seen, ['quiet', 'loud'], 'performed at once, up to the first that ran script');
  await turn();
  assert.deepEqual(seen, ['quiet', 'loud', 'later']);
});

test('what was queued before stays before what arrives', async () => {
  const seen = [];
  const queue = new TaskQueue((record) => {
    seen.push(record);
    return true;
  });
  queue.push(() => seen.push('task'));
  queue.append('record');
  queue.start();
  assert.deepEqual(seen, []);
  await turn();
  assert.deepEqual(seen, ['task', 'record']);
});

test('a task that throws does not stop the others', async () => {
  const queue = new TaskQueue(() => {
    throw new Error('ours');
  });
  const seen = [];
  queue.append('bad');
  queue.append(() => seen.push('good'));
  assert.throws(() => queue.start(), /ours/);
  queue.push(() => seen.push('better'));
  await turn();
  assert.deepEqual(seen, ['good', 'better']);
});
