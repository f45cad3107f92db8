// y-webrtc: two documents of yjs that meet by its signalling server and become the same.
//
// One announces itself after the other. Two that hear of each other at the same moment both offer; y-webrtc then has
// one of them answer after all, but its simple-peer, made as an initiator, listens for no channel of the other side, so
// that each sends into a channel that nobody reads. With Chromium's own WebRTC it ends in the same way.
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
  return { document, provider, text, met, announced: announcementOf(provider) };
}

// The server tells a topic to all who listen, also to who told it, and there is one announcement of each.
function announcementOf({ signalingConns: [server] }) {
  return new Promise((done) => {
    server.on('message', ({ type }) => type === 'publish' && done());
  });
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

async function edit(env, { document, provider, text, met }, name, other) {
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

export async function a(env, params) {
  const room = await open(env, params);
  await room.announced;
  env.tell('announced');
  await edit(env, room, 'a', 'b');
}

export async function b(env, params) {
  await env.heard('announced');
  await edit(env, await open(env, params), 'b', 'a');
}
