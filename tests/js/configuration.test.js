// RTCConfiguration: what is refused with which error, at construction and later.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { install } from '../../js/lib/install.js';
import { FakeHost, turn } from './fake_host.js';

let host;
let RTCPeerConnection;

before(async () => {
  host = new FakeHost();
  const rtc = {};
  install(rtc, await host.open());
  ({ RTCPeerConnection } = rtc);
});

// Both ways to give a configuration.
const ways = [
  ['constructor', (configuration) => new RTCPeerConnection(configuration)],
  ['setConfiguration', (configuration) => {
    const pc = new RTCPeerConnection();
    pc.setConfiguration(configuration);
    return pc;
  }],
];
const server = (fields) => ({ iceServers: [fields] });
const turnUrl = 'turn:turn.example.net';

for (const [way, make] of ways) {
  test(`${way}: what is missing has the standard's default`, () => {
    const expected = { iceServers: [], iceTransportPolicy: 'all', bundlePolicy: 'balanced', rtcpMuxPolicy: 'require',
      certificates: [], iceCandidatePoolSize: 0 };
    for (const given of [undefined, null, {}, { iceServers: undefined }]) {
      assert.deepEqual(make(given).getConfiguration(), expected);
    }
  });

  test(`${way}: wrong types and unknown values are a TypeError`, () => {
    for (const bad of [5, 'x', { iceServers: null }, { iceServers: 5 }, { iceServers: [null] }, { iceServers: [undefined] },
      server({}), { iceServers: [5] },
      { iceTransportPolicy: 'none' }, { iceTransportPolicy: null }, { bundlePolicy: '' }, { rtcpMuxPolicy: 'invalid' },
      { certificates: null }, { certificates: [{}] }, { iceCandidatePoolSize: 256 }, { iceCandidatePoolSize: -1 },
      { iceCandidatePoolSize: 'x' }]) {
      assert.throws(() => make(bad), TypeError, JSON.stringify(bad));
    }
  });

  test(`${way}: a URL that is none is a SyntaxError, before credentials are looked at`, () => {
    for (const urls of ['', [], ['stun:stun1.example.net', ''], 'relative-url', 'http://example.com',
      'turn://example.org/foo?x=y', 'stun://example.org/foo?x=y']) {
      assert.throws(() => make(server({ urls })), { name: 'SyntaxError' }, JSON.stringify(urls));
    }
  });

  test(`${way}: TURN needs credentials that fit`, () => {
    for (const bad of [{}, { username: 'u' }, { credential: 'c' }, { username: 'u'.repeat(510), credential: 'c' }]) {
      assert.throws(() => make(server({ urls: turnUrl, ...bad })), { name: 'InvalidAccessError' }, JSON.stringify(bad));
    }
    make(server({ urls: turnUrl, username: '', credential: '' }));
    make(server({ urls: turnUrl, username: 'u'.repeat(509), credential: 'c' }));
  });

  test(`${way}: servers come back as they were given, urls as a list, and copied`, () => {
    const given = { urls: 'turn:turn.example.net', username: 'u', credential: 'c' };
    const pc = make(server(given));
    given.username = 'changed';
    pc.getConfiguration().iceServers[0].urls.push('stun:other.example');
    assert.deepEqual(pc.getConfiguration().iceServers, [{ urls: ['turn:turn.example.net'], username: 'u', credential: 'c' }]);
    const many = Array.from({ length: 32 }, (_, i) => ({ urls: [`stun:stun${i}.example.net`] }));
    assert.deepEqual(make({ iceServers: many }).getConfiguration().iceServers, many);
  });
}

test('the host is told servers and policy, no more of them than it takes', async () => {
  const many = Array.from({ length: 32 }, (_, i) => ({ urls: [`stun:stun${i}.example.net`] }));
  const pc = new RTCPeerConnection({ iceTransportPolicy: 'relay', iceServers: many });
  await turn();
  const opened = host.last('openPeer');
  assert.equal(opened.icePolicy, 1);
  assert.deepEqual(opened.servers.map((each) => each.host), many.slice(0, 8).map((_, i) => `stun${i}.example.net`));
  pc.setConfiguration({ iceServers: [{ urls: turnUrl, username: 'u', credential: 'c' }] });
  await turn();
  const configured = host.last('configurePeer');
  assert.deepEqual([configured.icePolicy, configured.servers[0].username, configured.servers[0].credential], [0, 'u', 'c']);
});

test('a change before the host has opened the connection reaches it too', async () => {
  const pc = new RTCPeerConnection();
  const before = host.all('configurePeer').length;
  pc.setConfiguration({ iceTransportPolicy: 'relay' });
  await turn();
  assert.equal(host.all('configurePeer').length, before + 1);
});

test('what may not change is an InvalidModificationError', async () => {
  const certificate = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' });
  const pc = new RTCPeerConnection({ certificates: [certificate] });
  pc.setConfiguration({ certificates: [certificate], iceCandidatePoolSize: 3 });
  assert.deepEqual(pc.getConfiguration().certificates, [certificate]);
  const other = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' });
  assert.throws(() => new RTCPeerConnection({ rtcpMuxPolicy: 'negotiate' }), { name: 'NotSupportedError' });
  for (const bad of [{ bundlePolicy: 'max-bundle' }, { certificates: [other] }, { rtcpMuxPolicy: 'negotiate' }]) {
    assert.throws(() => pc.setConfiguration(bad), { name: 'InvalidModificationError' }, JSON.stringify(bad));
  }
  await pc.setLocalDescription();
  pc.setConfiguration({ iceCandidatePoolSize: 3 });
  assert.throws(() => pc.setConfiguration({ iceCandidatePoolSize: 4 }), { name: 'InvalidModificationError' });
  pc.close();
  assert.throws(() => pc.setConfiguration({}), { name: 'InvalidStateError' });
});

test('an expired certificate, or another session\'s, is an InvalidAccessError', async () => {
  const expired = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256', expires: 0 });
  assert.throws(() => new RTCPeerConnection({ certificates: [expired] }), { name: 'InvalidAccessError' });
  const rtc = {};
  install(rtc, await new FakeHost().open());
  assert.notEqual(rtc.RTCPeerConnection, RTCPeerConnection, 'a second session has a class of its own');
  const foreign = await rtc.RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' });
  assert.throws(() => new RTCPeerConnection({ certificates: [foreign] }), { name: 'InvalidAccessError' });
  new rtc.RTCPeerConnection({ certificates: [foreign] }).close();
});
