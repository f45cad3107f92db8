// Attempts to have packets sent to somebody who did not consent, and to learn who is there.
import { IceState } from '/js/lib/names.js';
import { aim, asked, inventedPlan, post, RawLink } from './raw.js';

const bytesPerVoiceCall = 11_000; /* a second, G.711: core/base/limits.h */
const stateNames = new Map(Object.entries(IceState).map(([name, value]) => [value, name]));
const number = (value) => value.toLocaleString('en-US');

async function sendToStranger() {
  const { port } = await post('/attack/victim');
  const link = await RawLink.open();
  const peer = await aim(link, port);
  const { channel } = await link.openChannel(peer);
  const payload = new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n');
  for (let i = 0; i < 500; i++) link.say('send', { channel, kind: 1, payload });
  const { checks, others } = await asked(port, 3);
  link.close();
  return { held: others === 0, count: others, came: `500 messages said; ${checks} checks reached the stranger, and ${others} packets of anything else` };
}

async function sendBeforeAnyone() {
  const { port } = await post('/attack/victim');
  const link = await RawLink.open();
  const opened = await link.openPeer();
  const { channel } = await link.openChannel(opened.peer);
  for (let i = 0; i < 100; i++) link.say('send', { channel, kind: 1, payload: new Uint8Array(1000) });
  link.say('connect', { peer: opened.peer, plan: inventedPlan(opened) });
  const aimed = await aim(link, port);
  await asked(port, 2);
  const stats = await link.ask('getStats', { peer: opened.peer });
  const other = await link.ask('getStats', { peer: aimed });
  link.close();
  const packets = Number(stats.packetsSent + other.packetsSent);
  return { held: packets === 0, count: packets, came: `100 messages before the connection: ${packets} packets left` };
}

async function hammer() {
  const { port } = await post('/attack/victim');
  const link = await RawLink.open();
  const begun = performance.now();
  for (let i = 0; i < 40; i++) await aim(link, port);
  await asked(port, 10);
  await new Promise((done) => setTimeout(done, 1000)); // so long it may do its worst
  const { bytes, packets } = await asked(port, 1);
  const seconds = (performance.now() - begun) / 1000;
  link.close();
  const rate = Math.round(bytes / seconds);
  return { held: rate < bytesPerVoiceCall, count: packets, came: `40 connections at one stranger: ${number(rate)} bytes a second in all; one voice call gives 11,000` };
}

// What a page is told about a place, without what names it.
function story(link, peer) {
  return link.heard.filter((one) => one.peer === peer && ['iceState', 'selectedPair', 'peerEnded'].includes(one.name))
    .map(({ name, state }) => (name === 'iceState' ? stateNames.get(state) : name)).join(', ');
}

async function scanPorts() {
  const [{ port: silent }, { port: nobody }] = [await post('/attack/victim'), await post('/attack/nobody')];
  const link = await RawLink.open();
  const places = [[nobody], [80, [169, 254, 169, 254]], [9, [255, 255, 255, 255]], [9, [224, 0, 0, 1]], [9, [0, 0, 0, 0]], [22], [silent]];
  const peers = [];
  for (const place of places) peers.push(await aim(link, ...place));
  await asked(silent, 3);
  for (const peer of peers) await link.ask('getStats', { peer });
  const stories = new Set(peers.map((peer) => story(link, peer)));
  link.close();
  return { held: stories.size === 1, count: stories.size - 1, came: `${places.length} places, closed, silent and forbidden: ${stories.size} story, "${[...stories][0]}"` };
}

export const strangers = [
  { id: 'stranger', title: 'Send to a peer that did not consent', tries: 'Aims a connection at a silent UDP socket and sends 500 messages into its channel.',
    rule: 'R11: nothing but checks leaves before consent', file: 'host/worker/peer_send.c', run: sendToStranger },
  { id: 'early', title: 'Send before there is a connection', tries: 'Sends into a channel of a connection that has no path at all, then lets it connect.',
    rule: 'R11: what has no route is lost', file: 'host/worker/peer_send.c', run: sendBeforeAnyone },
  { id: 'hammer', title: 'Hammer a stranger with checks', tries: 'Aims 40 connections at one silent socket at once.',
    rule: 'X9: what one host may be asked', file: 'host/ice/questions.c', run: hammer },
  { id: 'scan', title: 'Find out which ports are open', tries: 'Aims at a closed port, a silent one, metadata of clouds, broadcast, and compares what it is told.',
    rule: 'X10: refused looks like silent', file: 'host/ice/reach.c', run: scanPorts },
];
