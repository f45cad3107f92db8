// webrtc-adapter: it looks at every interface and replaces what it finds missing or old. Ours must
// give it nothing to do, and a call must work afterwards.
import { begin, checkEqual, meet } from '../../interop/scenarios/call.js';

// snapshot maps "interface.member" to what is there, accessors by their functions.
function snapshot() {
  const found = new Map();
  for (const name of Object.getOwnPropertyNames(globalThis).filter((each) => /^RTC/.test(each))) {
    const Class = globalThis[name];
    found.set(name, [Class]);
    for (const object of [Class, Class.prototype].filter(Boolean)) {
      for (const [member, { value, get, set }] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
        found.set(`${name}.${object === Class ? '' : 'prototype.'}${member}`, [value, get, set]);
      }
    }
  }
  return found;
}

// a resolves with the names of what the adapter changed.
export async function a(env) {
  const changed = await shim();
  const { pc, channels: [inbox] } = await begin(env, [['adapted', {}]]);
  inbox.send('hello');
  checkEqual(await inbox.next(), 'hello', 'echo');
  env.tell('done');
  pc.close();
  return changed;
}

export async function b(env) {
  const changed = await shim();
  const { pc, channels: [inbox] } = await meet(env, 1);
  inbox.send(await inbox.next());
  await env.heard('done');
  pc.close();
  return changed;
}

async function shim() {
  const before = snapshot();
  await import('webrtc-adapter');
  const after = snapshot();
  return [...after.keys()].filter((name) => {
    const was = before.get(name);
    return !was || after.get(name).some((each, i) => !Object.is(each, was[i]));
  }).sort();
}
