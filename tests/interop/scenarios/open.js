// One call that opens a channel and ends: how long that takes.
import { begin, meet } from './call.js';

export async function a(env) {
  const began = performance.now();
  const { pc } = await begin(env, [['open', {}]]);
  const openMs = performance.now() - began;
  env.tell('seen');
  await env.heard('seen');
  pc.close();
  return { openMs };
}

export async function b(env) {
  const { pc } = await meet(env, 1);
  env.tell('seen');
  await env.heard('seen');
  pc.close();
}
