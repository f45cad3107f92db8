// A channel closed at one side closes at the other, its neighbours stay, a new one can follow, and
// closing the connection closes what is left. closer says which half closes the channel, hangUp the
// connection. reuse: false leaves out the new channel, for an end that cannot take a stream id again after it reset it.
import { begin, meet, Inbox, check, checkEqual } from './call.js';

export async function a(env, { closer, hangUp = closer, reuse = true }) {
  const { pc, channels: [doomed, neighbour] } = await begin(env, [['doomed', {}], ['neighbour', {}]]);
  doomed.send('doomed lives');
  await exchange(doomed, neighbour);
  await end(doomed, closer === 'a');
  neighbour.send('neighbour lives');
  checkEqual(await neighbour.next(), 'neighbour lives', 'echo after the other channel closed');
  if (!reuse) return finish(env, pc, [neighbour], hangUp === 'a');
  const next = await new Inbox(pc.createDataChannel('next')).opened();
  next.send('next lives');
  checkEqual(await next.next(), 'next lives', 'echo on a channel made after a close');
  return finish(env, pc, [neighbour, next], hangUp === 'a');
}

async function exchange(doomed, neighbour) {
  checkEqual(await doomed.next(), 'doomed lives', 'echo');
  neighbour.send('both live');
  checkEqual(await neighbour.next(), 'both live', 'echo');
}

export async function b(env, { closer, hangUp = closer, reuse = true }) {
  const { pc, channels, arrivals } = await meet(env, 2);
  const [doomed, neighbour] = ['doomed', 'neighbour'].map((label) =>
    channels.find((inbox) => inbox.channel.label === label));
  doomed.send(await doomed.next());
  neighbour.send(await neighbour.next());
  await end(doomed, closer === 'b');
  neighbour.send(await neighbour.next());
  if (!reuse) return finish(env, pc, [neighbour], hangUp === 'b');
  const next = await arrivals.next();
  next.send(await next.next());
  return finish(env, pc, [neighbour, next], hangUp === 'b');
}

async function end(inbox, byUs) {
  if (byUs) inbox.channel.close();
  await inbox.closed;
  checkEqual(inbox.channel.readyState, 'closed', 'state of a closed channel');
}

async function finish(env, pc, inboxes, byUs) {
  env.tell('done');
  await env.heard('done');
  if (byUs) return pc.close();
  await Promise.all(inboxes.map((inbox) => inbox.closed));
  check(inboxes.every(({ channel }) => channel.readyState === 'closed'), 'a channel outlived its call');
  return pc.close();
}
