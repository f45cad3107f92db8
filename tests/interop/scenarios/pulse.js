// A call that goes on until it is told to stop, with one message back and forth all the time: what
// other calls must not notice while something terrible happens next door.
import { begin, meet, check, checkEqual, seen } from './call.js';

export async function a(env) {
  const { pc, channels: [inbox] } = await begin(env, [['pulse', {}]]);
  env.state.beats = 0;
  env.state.waiting = [];
  beat(env, inbox).catch((error) => pc.connectionState === 'connected' && env.fail(error));
  return { state: pc.connectionState };
}

async function beat(env, inbox) {
  for (let i = 0; env.state.pc; i++) {
    inbox.send(String(i));
    checkEqual(await inbox.next(), String(i), 'pulse');
    env.state.beats++;
    env.state.waiting = env.state.waiting.filter(({ at, done }) => env.state.beats < at || done());
  }
}

export async function b(env) {
  const { channels: [inbox] } = await meet(env, 1);
  const echo = async () => {
    for (;;) inbox.send(await inbox.next());
  };
  echo().catch(() => {}); // the call was closed, by a or by the kill
}

// beats resolves once that many more have come: the call is alive now.
export async function beats(env, { more }) {
  await new Promise((done) => env.state.waiting.push({ at: env.state.beats + more, done }));
  checkEqual(env.state.pc.connectionState, 'connected', 'connection that should not notice');
}

// failed resolves once the connection has failed, however it learns.
export async function failed(env) {
  const { pc } = env.state;
  while (pc.connectionState !== 'failed') {
    check(pc.connectionState !== 'closed', 'the connection closed and did not say that it failed');
    await seen(pc, 'connectionstatechange');
  }
  return { ice: pc.iceConnectionState };
}
