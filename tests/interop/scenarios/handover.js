// A call that is handed over: who offered applies the answer of another peer than before, and goes
// on with that one (RFC 8842). The half that answers plays both, one after the other.
import { check, checkEqual, seen } from './call.js';

export async function a(env) {
  const pc = new env.rtc.RTCPeerConnection();
  env.state.pc = pc;
  const first = pc.createDataChannel('first');
  const opened = seen(first, 'open');
  await offer(env, pc);
  await opened;
  first.send('who is there?');
  checkEqual(await said(first), 'one', 'the first peer');
  const before = certificateOf(pc);
  const came = seen(pc, 'datachannel');
  await offer(env, pc, { iceRestart: true }); /* the first peer may leave before the answer is here */
  const { channel } = await came;
  checkEqual(await said(channel), 'two', 'the second peer');
  channel.send('heard');
  check(certificateOf(pc) !== before, 'the certificate is still the first peer\'s');
  await env.heard('done');
  pc.close();
}

export async function b(env) {
  const one = new env.rtc.RTCPeerConnection();
  const opened = seen(one, 'datachannel');
  await answer(env, one);
  const { channel: first } = await opened;
  await said(first); /* Chromium now and then keeps for ever what is sent while the channel is announced */
  first.send('one');
  const two = new env.rtc.RTCPeerConnection();
  env.state.pc = two;
  await answer(env, two);
  one.close();
  const back = two.createDataChannel('back');
  await seen(back, 'open');
  back.send('two');
  checkEqual(await said(back), 'heard', 'the caller');
  env.tell('done');
  two.close();
}

async function offer(env, pc, options) {
  await pc.setLocalDescription(await pc.createOffer(options));
  await tellDescription(env, pc);
  await pc.setRemoteDescription(await env.heard('description'));
}

async function answer(env, pc) {
  await pc.setRemoteDescription(await env.heard('description'));
  await pc.setLocalDescription(await pc.createAnswer());
  await tellDescription(env, pc);
}

// With every candidate: what trickled from the first peer might come after the second's answer.
async function tellDescription(env, pc) {
  while (pc.iceGatheringState !== 'complete') await seen(pc, 'icegatheringstatechange');
  const { type, sdp } = pc.localDescription;
  env.tell('description', { type, sdp });
}

async function said(channel) {
  return (await seen(channel, 'message', { unless: ['close'] })).data;
}

function certificateOf(pc) {
  const [certificate] = pc.sctp.transport.getRemoteCertificates();
  return String(new Uint8Array(certificate));
}
