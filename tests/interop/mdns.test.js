// Names instead of addresses: our host's mDNS with that of Chromium, which hides its own addresses
// the same way, and between two of our hosts. Over whatever interface this machine has.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import test from 'node:test';
import { connect, install } from '../../js/node.js';
import { haveChromium, launchBrowser } from './ends/browser.js';
import { programPath, startSite } from './host.js';

const timeout = 120_000;
const uuidName = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.local$/;
const outside = Object.values(networkInterfaces()).flat().find(({ internal, family }) => !internal && family === 'IPv4');

// heardOn resolves with whether a datagram to the group of mDNS comes back on that interface.
function heardOn(address) {
  return new Promise((resolve) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    const timer = setTimeout(() => done(false), 2000);
    const done = (heard) => {
      clearTimeout(timer);
      socket.close();
      resolve(heard);
    };
    const token = Buffer.from(`portcullis ${process.pid} ${Math.random()}`);
    socket.on('error', () => done(false));
    socket.on('message', (message) => message.equals(token) && done(true));
    socket.bind(5353, '224.0.0.251', () => {
      try {
        socket.addMembership('224.0.0.251', address);
        socket.setMulticastInterface(address);
        socket.send(token, 5353, '224.0.0.251', (error) => error && done(false));
      } catch {
        done(false);
      }
    });
  });
}

const loopbackHears = await heardOn('127.0.0.1');
const outsideHears = outside !== undefined && await heardOn(outside.address);
const noLoopback = loopbackHears ? false : 'this machine has no multicast on loopback';
const noChromium = haveChromium ? (outsideHears ? false : 'this machine has no network with multicast') : 'Chromium is not installed';

async function open(t) {
  const session = await connect({ origin: 'https://node.example', loopback: true, broker: programPath('portcullis-broker') });
  t.after(() => session.close());
  const rtc = {};
  install(rtc, session);
  const pc = new rtc.RTCPeerConnection();
  t.after(() => pc.close());
  return pc;
}

const opened = (channel) => new Promise((resolve) => { channel.onopen = resolve; });

// Ends in the page answer by JSON; `told` keeps the candidates until they are asked for.
async function openPage(t) {
  const site = await startSite();
  t.after(() => site.close());
  const browser = await launchBrowser({ names: true });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${site.origin}/tests/interop/ends/page.html?rtc=native`);
  await page.evaluate(() => {
    const pc = new RTCPeerConnection();
    const told = [];
    const end = new Promise((resolve) => {
      pc.onicecandidate = ({ candidate }) => (candidate?.candidate ? told.push(candidate.toJSON()) : resolve());
    });
    globalThis.call = {
      pc,
      answer: async (offer) => {
        pc.ondatachannel = ({ channel }) => { channel.onmessage = ({ data }) => channel.send(`${data} back`); };
        await pc.setRemoteDescription(offer);
        await pc.setLocalDescription();
        return pc.localDescription.toJSON();
      },
      candidates: async () => {
        await end;
        return told;
      },
    };
  });
  return page;
}

// which: whose candidates the other side is told.
async function callPage(t, which) {
  const [pc, page] = [await open(t), await openPage(t)];
  const told = [];
  const gathered = new Promise((resolve) => {
    pc.onicecandidate = ({ candidate }) => (candidate?.candidate ? told.push(candidate) : resolve());
  });
  const channel = pc.createDataChannel('names');
  const isOpen = opened(channel);
  await pc.setLocalDescription();
  const offer = pc.localDescription.toJSON();
  await gathered;
  await pc.setRemoteDescription(await page.evaluate((given) => globalThis.call.answer(given), offer));
  const theirs = await page.evaluate(() => globalThis.call.candidates());
  const names = [...told.map(({ address }) => address), ...theirs.map(({ candidate }) => candidate.split(' ')[4])];
  for (const name of names) assert.match(name, uuidName);
  assert.ok(told.length > 0 && theirs.length > 0);
  if (which !== 'ours') await Promise.all(theirs.map((candidate) => pc.addIceCandidate(candidate)));
  if (which !== 'theirs') {
    await page.evaluate((given) => Promise.all(given.map((one) => globalThis.call.pc.addIceCandidate(one))), told.map((one) => one.toJSON()));
  }
  await isOpen;
  channel.send('there');
  const { data } = await new Promise((resolve) => { channel.onmessage = resolve; });
  assert.equal(data, 'there back');
}

test('Chromium looks our names up', { timeout, skip: noChromium }, (t) => callPage(t, 'ours'));
test('we look the names of Chromium up', { timeout, skip: noChromium }, (t) => callPage(t, 'theirs'));

test('two of our hosts look each other up', { timeout, skip: noLoopback }, async (t) => {
  const [a, b] = [await open(t), await open(t)];
  const told = [];
  for (const [from, to] of [[a, b], [b, a]]) {
    from.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate) return;
      told.push(candidate.address);
      to.addIceCandidate(candidate);
    };
  }
  const channel = a.createDataChannel('names');
  const isOpen = opened(channel);
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription);
  await isOpen;
  for (const name of told) assert.match(name, uuidName);
  const { iceTransport } = a.sctp.transport;
  while (iceTransport.getSelectedCandidatePair() === null) {
    await new Promise((resolve) => { iceTransport.onselectedcandidatepairchange = resolve; });
  }
  const { local, remote } = iceTransport.getSelectedCandidatePair();
  assert.match(local.address, uuidName);
  if (remote.address !== null) assert.match(remote.address, uuidName);
});
