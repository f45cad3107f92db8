// An ICE restart while messages run: both ends get new credentials, the call moves onto them, and
// no message is lost, doubled or out of order.
import { begin, meet, offer, answer, check, checkEqual } from './call.js';

const outstanding = 16; /* messages on their way at any moment */
const afterwards = 500; /* messages that must still pass once the new pair is in use */

export async function a(env) {
  const { pc, channels: [inbox], link } = await begin(env, [['traffic', {}]]);
  const before = credentials(pc);
  let sent = 0;
  let stop = Infinity;
  for (; sent < outstanding; sent++) inbox.send(String(sent));
  const traffic = (async () => {
    for (let got = 0; got < Math.min(sent, stop); got++) {
      checkEqual(await inbox.next(), String(got), 'echo');
      if (sent < stop) inbox.send(String(sent++));
    }
  })();
  traffic.catch(env.fail);
  const moved = onPairOf(pc, () => credentials(pc).local, before.local);
  pc.restartIce();
  await offer(env, link);
  const after = credentials(pc);
  check(after.local !== before.local, 'the local ufrag did not change');
  check(after.remote !== before.remote, 'the remote ufrag did not change');
  await moved;
  stop = sent + afterwards;
  await traffic;
  checkEqual(pc.connectionState, 'connected', 'connection after the restart');
  env.tell('stop', sent);
  await env.heard('done');
  pc.close();
  return { sent };
}

export async function b(env) {
  const { pc, channels: [inbox], link } = await meet(env, 1);
  const before = credentials(pc);
  let echoed = 0;
  let finished = false;
  (async () => {
    for (;;) {
      const message = await inbox.next();
      checkEqual(message, String(echoed), 'message');
      inbox.send(message);
      echoed++;
    }
  })().catch((error) => finished || env.fail(error));
  await answer(env, link);
  check(credentials(pc).local !== before.local, 'the local ufrag did not change');
  checkEqual(await env.heard('stop'), echoed, 'messages echoed');
  finished = true;
  env.tell('done');
  pc.close();
}

function credentials(pc) {
  return { local: ufrag(pc.localDescription.sdp), remote: ufrag(pc.remoteDescription.sdp) };
}

function ufrag(sdp) {
  return /^a=ice-ufrag:(\S+)/m.exec(sdp)[1];
}

// onPairOf resolves once the transport's selected pair belongs to the new credentials.
function onPairOf(pc, current, old) {
  const transport = pc.sctp.transport.iceTransport;
  const isNew = () => {
    const used = transport.getSelectedCandidatePair()?.local.usernameFragment;
    return current() !== old && used !== null && used !== undefined && used === current();
  };
  return new Promise((done) => {
    transport.addEventListener('selectedcandidatepairchange', () => {
      if (isNew()) done();
    });
  });
}
