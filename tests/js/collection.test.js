// What script has dropped and closed is collected, and what can still fire events is not (webrtc-pc
// 4.4.5, 6.4).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { install } from '../../js/lib/install.js';
import { FakeHost, turn } from './fake_host.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

// gone resolves with how many of the references are empty once a few collections have had their turn.
async function gone(references) {
  for (let i = 0; i < 8; i++) {
    await turn();
    collect();
  }
  return references.filter((reference) => reference.deref() === undefined).length;
}

const some = 20;

async function makeSome(rtc, { close }) {
  const references = [];
  for (let i = 0; i < some; i++) {
    const pc = new rtc.RTCPeerConnection();
    const channel = pc.createDataChannel('dropped');
    channel.onclose = () => references.length;
    await turn(2);
    if (close) pc.close();
    references.push(new WeakRef(pc), new WeakRef(channel));
  }
  return references;
}

test('closed connections and their channels are collected', async () => {
  const rtc = {};
  install(rtc, await new FakeHost().open());
  assert.equal(await gone(await makeSome(rtc, { close: true })), 2 * some);
});

test('an open connection that script has dropped stays: events may come', async () => {
  const rtc = {};
  install(rtc, await new FakeHost().open());
  assert.equal(await gone(await makeSome(rtc, { close: false })), 0);
});

test('a certificate that script has dropped is dropped by the host, too', async () => {
  const host = new FakeHost();
  const rtc = {};
  install(rtc, await host.open());
  const make = async () => void (await rtc.RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' }));
  await make();
  await gone([]);
  assert.equal(host.heard.filter(({ name }) => name === 'dropCertificate').length, 1);
});
