// y-webrtc: two documents of yjs that meet by its signalling server and become the same.
import { check, checkEqual } from '../../interop/scenarios/call.js';
import { installGlobals } from './globals.js';

async function open(env, { signalling, room }) {
  await installGlobals(env);
  const { Doc } = await import('yjs');
  const { WebrtcProvider } = await import('y-webrtc');
  const document = new Doc();
  const provider = new WebrtcProvider(room, document, { signaling: [signalling], password: 'only us',
    filterBcConns: false, peerOpts: { config: { iceServers: [] } } });
  const text = document.getText('text');
  env.state = { pc: { close: () => provider.destroy() } };
  const met = new Promise((done) => {
    provider.on('peers', ({ webrtcPeers }) => webrtcPeers.length > 0 && done());
  });
  return { document, provider, text, met };
}

function until(text, isIt) {
  return new Promise((done) => {
    const look = () => {
      if (!isIt(text.toString())) return;
      text.unobserve(look);
      done();
    };
    text.observe(look);
    look();
  });
}

async function edit(env, params, name, other) {
  const { document, provider, text, met } = await open(env, params);
  text.insert(0, `(${name} before they met)`);
  await met;
  await until(text, (content) => content.includes(`(${other} before they met)`));
  for (let i = 0; i < 50; i++) document.transact(() => text.insert(text.length, `(${name} ${i})`));
  await until(text, (content) => content.includes(`(${other} 49)`) && content.includes(`(${name} 49)`));
  check(provider.room.webrtcConns.size === 1, 'one WebRTC connection carries it');
  env.tell('text', text.toString());
  checkEqual(await env.heard('text'), text.toString(), 'the two documents');
  provider.destroy();
  document.destroy();
}

export const a = (env, params) => edit(env, params, 'a', 'b');
export const b = (env, params) => edit(env, params, 'b', 'a');
