// RTCPeerConnection against a host in memory and a core without SDP: the order of what script sees.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { install } from '../../js/lib/install.js';
import { candidateRecord, candidateText, FakeHost, once, turn } from './fake_host.js';

async function start(options) {
  const host = new FakeHost(options);
  const rtc = {};
  const session = await host.open();
  install(rtc, session);
  const make = (configuration) => new rtc.RTCPeerConnection(configuration);
  return { host, rtc, session, make, pc: make() };
}

const answer = { type: 'answer', sdp: 'answer\r\na=ice-ufrag:remote\r\na=ice-pwd:secret\r\n' };
const offer = { type: 'offer', sdp: 'offer\r\na=ice-ufrag:remote\r\na=ice-pwd:secret\r\n' };

// connected gives a connection whose offer was answered, with its peer handle.
async function connected(options) {
  const all = await start(options);
  all.pc.createDataChannel('a');
  await all.pc.setLocalDescription();
  await all.pc.setRemoteDescription(answer);
  return { ...all, peer: all.host.last('gather').peer };
}

// watch notes events of several targets in order, with the state that a connection shows then.
function watch(seen, target, name, ...types) {
  for (const type of types) target.addEventListener(type, () => seen.push(`${name}${type}`));
}

test('createOffer works before the host has opened the connection, and gives a plain mutable object', async () => {
  const { pc } = await start();
  const made = await pc.createOffer();
  assert.equal(Object.getPrototypeOf(made), Object.prototype);
  made.sdp += 'x';
  assert.deepEqual(Object.keys(made), ['type', 'sdp']);
});

test('a connection the host refuses fails with the status it gave', async () => {
  const refuse = ({ request }) => ['refused', { request, status: 40 }];
  const { pc } = await start({ answers: { openPeer: refuse } });
  const failed = once(pc, 'connectionstatechange');
  const channel = pc.createDataChannel('x');
  const closed = once(channel, 'close');
  await assert.rejects(pc.createOffer(), { name: 'NotAllowedError' });
  await Promise.all([failed, closed]);
  assert.deepEqual([pc.connectionState, pc.iceConnectionState], ['failed', 'failed']);
});

test('descriptions: pending, then current, the same objects while they are the same', async () => {
  const { pc } = await start();
  const states = [];
  pc.onsignalingstatechange = () => states.push(pc.signalingState);
  await pc.setLocalDescription();
  const local = pc.pendingLocalDescription;
  assert.equal(local.type, 'offer');
  assert.equal(pc.localDescription, local);
  assert.equal(pc.currentLocalDescription, null);
  assert.equal(pc.canTrickleIceCandidates, null);
  await pc.setRemoteDescription(answer);
  assert.equal(pc.currentLocalDescription, local);
  assert.equal(pc.pendingLocalDescription, null);
  assert.equal(pc.remoteDescription.sdp, answer.sdp);
  assert.equal(pc.canTrickleIceCandidates, true);
  assert.deepEqual(states, ['have-local-offer', 'stable']);
});

test('a remote offer while ours is pending rolls ours back first', async () => {
  const { pc } = await start();
  const states = [];
  pc.onsignalingstatechange = () => states.push(pc.signalingState);
  await Promise.all([pc.setLocalDescription(await pc.createOffer()), pc.setRemoteDescription(offer)]);
  assert.deepEqual(states, ['have-local-offer', 'stable', 'have-remote-offer']);
  assert.equal(pc.pendingLocalDescription, null);
  await pc.setLocalDescription();
  assert.equal(pc.currentLocalDescription.type, 'answer');
});

test('descriptions that may not be: wrong state, no SDP, rollback of nothing', async () => {
  const { pc, rtc } = await start();
  await assert.rejects(pc.setRemoteDescription(answer), { name: 'InvalidStateError' });
  await assert.rejects(pc.setLocalDescription({ type: 'rollback' }), { name: 'InvalidStateError' });
  await assert.rejects(pc.createAnswer(), { name: 'InvalidStateError' });
  await assert.rejects(pc.setRemoteDescription({ type: 'offer', sdp: 'garbage' }), (error) => {
    assert.ok(error instanceof rtc.RTCError);
    assert.deepEqual([error.errorDetail, error.sdpLineNumber], ['sdp-syntax-error', 7]);
    return true;
  });
  for (const bad of [undefined, {}, { type: 'nonsense' }, 5]) {
    await assert.rejects(pc.setRemoteDescription(bad), TypeError, JSON.stringify(bad));
  }
  await assert.rejects(pc.setLocalDescription({ type: 'nonsense' }), TypeError);
});

test('an answer to what was implicitly created by setLocalDescription without an argument', async () => {
  const { pc } = await start();
  await pc.setRemoteDescription(offer);
  await pc.setLocalDescription({});
  assert.equal(pc.signalingState, 'stable');
  assert.equal(pc.localDescription.type, 'answer');
});

test('negotiationneeded: once for the first channel, again only after it was negotiated', async () => {
  const { pc } = await start();
  let needed = 0;
  pc.onnegotiationneeded = () => { needed += 1; };
  pc.createDataChannel('a');
  pc.createDataChannel('b');
  await turn();
  assert.equal(needed, 1);
  await pc.setLocalDescription();
  await pc.setRemoteDescription(answer);
  pc.createDataChannel('c');
  await turn();
  assert.equal(needed, 1);
  pc.restartIce();
  await turn();
  assert.equal(needed, 2);
});

test('negotiationneeded waits until no operation is pending', async () => {
  const { pc } = await start();
  const seen = [];
  watch(seen, pc, '', 'negotiationneeded');
  pc.createDataChannel('a');
  const made = pc.createOffer().then(() => seen.push('offer'));
  await made;
  await turn();
  assert.deepEqual(seen, ['offer', 'negotiationneeded']);
});

test('perfect negotiation: handlers on both sides settle in stable', async () => {
  const { make } = await start();
  const [polite, impolite] = [make(), make()];
  const wire = (pc, other, isPolite) => {
    let making = false;
    pc.onnegotiationneeded = async () => {
      making = true;
      await pc.setLocalDescription();
      making = false;
      other.hear(pc.localDescription.toJSON());
    };
    pc.hear = async (description) => {
      const collision = description.type === 'offer' && (making || pc.signalingState !== 'stable');
      if (collision && !isPolite) return;
      await pc.setRemoteDescription(description);
      if (description.type !== 'offer') return;
      await pc.setLocalDescription();
      other.hear(pc.localDescription.toJSON());
    };
  };
  wire(polite, impolite, true);
  wire(impolite, polite, false);
  polite.createDataChannel('p');
  impolite.createDataChannel('i');
  await turn(60);
  assert.deepEqual([polite.signalingState, impolite.signalingState], ['stable', 'stable']);
  assert.notEqual(polite.currentLocalDescription, null);
  assert.notEqual(impolite.currentLocalDescription, null);
});

test('an ICE restart asks the host for fresh credentials before the offer is made', async () => {
  const { host, pc } = await connected();
  await pc.createOffer({ iceRestart: true });
  assert.equal(host.all('makeGeneration').length, 1);
  const { generation } = host.told('generationMade')[0];
  assert.equal(host.core.negotiations[0].generation, generation);
});

test('candidates: each an event, then the end of them, then the states, then null', async () => {
  const { host, pc, peer } = await connected();
  const seen = [];
  const ice = pc.sctp.transport.iceTransport;
  watch(seen, ice, 'ice ', 'gatheringstatechange');
  pc.onicegatheringstatechange = () => seen.push(pc.iceGatheringState);
  pc.onicecandidate = ({ candidate }) => seen.push(candidate?.candidate ?? null);
  const sdp = pc.localDescription.sdp;
  host.tellAll(
    ['gatheringState', { peer, generation: 1, state: 1 }],
    ['candidateFound', { peer, generation: 1, candidate: candidateRecord, url: '' }],
    ['candidateFound', { peer, generation: 99, candidate: candidateRecord, url: '' }],
    ['gatheringState', { peer, generation: 1, state: 2 }],
  );
  await turn();
  assert.deepEqual(seen, ['ice gatheringstatechange', 'gathering', candidateText, '', 'ice gatheringstatechange', 'complete', null]);
  assert.ok(pc.localDescription.sdp.startsWith(sdp) && pc.localDescription.sdp.includes(candidateText));
  assert.deepEqual(ice.getLocalCandidates().map(({ candidate }) => candidate), [candidateText]);
  assert.deepEqual(ice.getLocalParameters(), { usernameFragment: 'local', password: 'secret' });
  assert.deepEqual(ice.getRemoteParameters(), { usernameFragment: 'remote', password: 'secret' });
});

test('a server that fails is an icecandidateerror', async () => {
  const { host, pc, peer } = await connected();
  const failed = once(pc, 'icecandidateerror');
  host.tell('candidateError', { peer, generation: 1, url: 'stun:a.example', code: 701, text: 'Nobody there.' });
  const { url, errorCode, errorText, address, port } = await failed;
  assert.deepEqual({ url, errorCode, errorText, address, port },
    { url: 'stun:a.example', errorCode: 701, errorText: 'Nobody there.', address: null, port: null });
});

test('states of the connection follow those of its transports, slots before events', async () => {
  const { host, pc, peer } = await connected();
  const seen = [];
  const dtls = pc.sctp.transport;
  const ice = dtls.iceTransport;
  for (const [name, target, type] of [['ice', ice, 'statechange'], ['dtls', dtls, 'statechange'], ['sctp', pc.sctp, 'statechange'],
    ['pc ice', pc, 'iceconnectionstatechange'], ['pc', pc, 'connectionstatechange']]) {
    target.addEventListener(type, () => seen.push([name, ice.state, dtls.state, pc.iceConnectionState, pc.connectionState].join(' ')));
  }
  const dtlsFields = { peer, role: 0, version: 0xfefd, cipher: 'x', group: 'P-256', certificate: new Uint8Array(0) };
  host.tellAll(['iceState', { peer, state: 1, role: 1 }], ['iceState', { peer, state: 2, role: 1 }],
    ['dtlsState', { ...dtlsFields, state: 1 }],
    ['dtlsState', { ...dtlsFields, state: 2, certificate: Uint8Array.of(0x30) }],
    ['sctpState', { peer, state: 1, channelsMax: 1024, messageBytesMax: 65536 }],
    ['iceState', { peer, state: 4, role: 1 }]);
  await turn(16);
  assert.deepEqual(seen, [
    'ice checking new checking connecting', 'pc ice checking new checking connecting', 'pc checking new checking connecting',
    'ice connected new connected connecting', 'pc ice connected new connected connecting',
    'dtls connected connecting connected connecting',
    'dtls connected connected connected connected', 'pc connected connected connected connected',
    'sctp connected connected connected connected',
    'ice disconnected connected disconnected disconnected', 'pc ice disconnected connected disconnected disconnected',
    'pc disconnected connected disconnected disconnected',
  ]);
  assert.equal(ice.role, 'controlling');
  assert.deepEqual(dtls.getRemoteCertificates().map((der) => [...new Uint8Array(der)]), [[0x30]]);
  assert.deepEqual([pc.sctp.state, pc.sctp.maxChannels, pc.sctp.maxMessageSize], ['connected', 1024, 65536]);
});

test('a DTLS failure is an error event and fails the connection', async () => {
  const { host, pc, peer, rtc } = await connected();
  const failed = once(pc.sctp.transport, 'error');
  host.tell('dtlsState', { peer, state: 4, role: 0, version: 0, cipher: '', group: '', certificate: new Uint8Array(0) });
  const { error } = await failed;
  assert.ok(error instanceof rtc.RTCError && error.errorDetail === 'dtls-failure');
  assert.equal(pc.connectionState, 'failed');
});

test('the selected pair is shown and told', async () => {
  const { host, pc, peer } = await connected();
  const ice = pc.sctp.transport.iceTransport;
  assert.equal(ice.getSelectedCandidatePair(), null);
  const changed = once(ice, 'selectedcandidatepairchange');
  host.tell('selectedPair', { peer, local: candidateRecord, remote: candidateRecord });
  await changed;
  const pair = ice.getSelectedCandidatePair();
  assert.equal(pair, ice.getSelectedCandidatePair());
  assert.deepEqual([pair.local.candidate, pair.remote.type, pair.local.sdpMid], [candidateText, 'host', '0']);
});

test('a selected pair whose far end signalling names later is shown then, and is no change', async () => {
  const { host, pc, peer } = await connected();
  const ice = pc.sctp.transport.iceTransport;
  host.tell('candidateFound', { peer, generation: 1, candidate: candidateRecord, url: '' });
  await turn();
  let changes = 0;
  ice.onselectedcandidatepairchange = () => { changes += 1; };
  const nowhere = { family: 0, bytes: new Uint8Array(16), port: 0 };
  const hidden = { ...candidateRecord, type: 2, address: nowhere };
  host.tell('selectedPair', { peer, local: candidateRecord, remote: hidden });
  await turn();
  assert.deepEqual([ice.getSelectedCandidatePair().remote.address, changes], [null, 1]);
  host.tell('selectedPair', { peer, local: candidateRecord, remote: candidateRecord });
  await turn();
  assert.deepEqual([ice.getSelectedCandidatePair().remote.address, changes], ['192.0.2.1', 1]);
});

test('the ICE role follows from who offered, before the host tells it', async () => {
  const { pc, make } = await start();
  pc.createDataChannel('a');
  await pc.setLocalDescription();
  assert.equal(pc.sctp.transport.iceTransport.role, 'controlling');
  const data = `${offer.sdp}m=application 9 x\r\n`;
  for (const [sdp, role] of [[data, 'controlled'], [`v=0\r\na=ice-lite\r\n${data}`, 'controlling']]) {
    const answerer = make();
    await answerer.setRemoteDescription({ type: 'offer', sdp });
    assert.equal(answerer.sctp.transport.iceTransport.role, role);
  }
});

test('sctp is there from the first offer of data, and gone after its rollback', async () => {
  const { pc } = await start();
  pc.createDataChannel('a');
  assert.equal(pc.sctp, null);
  await pc.setLocalDescription();
  assert.deepEqual([pc.sctp.state, pc.sctp.maxMessageSize, pc.sctp.maxChannels], ['connecting', 65536, null]);
  await pc.setLocalDescription({ type: 'rollback' });
  assert.equal(pc.sctp, null);
  await pc.setRemoteDescription({ type: 'offer', sdp: 'offer\r\nm=application 9 x\r\n' });
  assert.equal(pc.sctp.state, 'connecting');
  const { sctp } = pc;
  await pc.setLocalDescription();
  assert.equal(pc.sctp, sctp);
  assert.equal(pc.sctp.maxMessageSize, 100000, 'what was negotiated');
  const told = once(sctp, 'statechange');
  pc.close();
  assert.equal(sctp.state, 'closed');
  await told;
});

test('rolling back the first offer takes the transport and its gathering state back', async () => {
  const { host, pc } = await start();
  pc.createDataChannel('a');
  await pc.setLocalDescription();
  const { peer } = host.last('gather');
  host.tell('gatheringState', { peer, generation: 1, state: 1 });
  await turn();
  assert.equal(pc.iceGatheringState, 'gathering');
  const back = once(pc, 'icegatheringstatechange');
  await pc.setLocalDescription({ type: 'rollback' });
  await back;
  assert.equal(pc.iceGatheringState, 'new');
});

test('addIceCandidate: needs a remote description and a place; nothing at all is the end of candidates', async () => {
  const { pc } = await start();
  const init = { candidate: candidateText, sdpMid: '0' };
  await assert.rejects(pc.addIceCandidate(init), { name: 'InvalidStateError' });
  await assert.rejects(pc.addIceCandidate({ candidate: candidateText }), TypeError);
  await pc.setRemoteDescription(offer);
  for (const good of [init, undefined, null, {}, { candidate: '' }]) await pc.addIceCandidate(good);
  await assert.rejects(pc.addIceCandidate({ candidate: 'bad', sdpMid: '0' }), { name: 'OperationError' });
  await assert.rejects(pc.addIceCandidate(5), TypeError);
});

test('legacy callbacks: the value or the error goes to them, the promise gives nothing', async () => {
  const { pc } = await start();
  const made = await new Promise((done, failed) => {
    assert.ok(pc.createOffer(done, failed, { iceRestart: false }) instanceof Promise);
  });
  assert.equal(made.type, 'offer');
  await new Promise((done, failed) => pc.setLocalDescription(made, done, failed));
  const error = await new Promise((done, failed) => pc.createAnswer(failed, done));
  assert.equal(error.name, 'InvalidStateError');
  await new Promise((done, failed) => pc.setRemoteDescription(answer, done, failed));
  await new Promise((done, failed) => pc.addIceCandidate({ candidate: candidateText, sdpMid: '0' }, done, failed));
  assert.equal(await pc.createOffer(() => {}, () => {}), undefined);
  await assert.rejects(pc.createOffer(() => {}, 5), TypeError);
});

test('close: states at once, no events, pending operations never settle, later ones are refused', async () => {
  const { pc, host } = await connected();
  const seen = [];
  watch(seen, pc, '', 'signalingstatechange', 'connectionstatechange', 'iceconnectionstatechange', 'icegatheringstatechange');
  let settled = false;
  pc.createOffer().finally(() => { settled = true; });
  pc.close();
  pc.close();
  assert.deepEqual([pc.signalingState, pc.connectionState, pc.iceConnectionState], ['closed', 'closed', 'closed']);
  assert.equal(pc.sctp.state, 'closed');
  assert.equal(pc.localDescription.type, 'offer', 'descriptions stay readable');
  await turn();
  assert.deepEqual([seen, settled], [[], false]);
  assert.equal(host.all('closePeer').length, 1);
  assert.ok(host.core.negotiations[0].isClosed);
  assert.equal(host.link.holds, 0, 'a closed connection keeps no program running');
  await assert.rejects(pc.createOffer(), { name: 'InvalidStateError' });
  assert.throws(() => pc.createDataChannel('x'), { name: 'InvalidStateError' });
  assert.equal((await pc.getStats()).size, 1);
});

test('a connection closed before the host opened it is closed there when it has', async () => {
  const { pc, host } = await start();
  pc.close();
  await turn();
  assert.equal(host.all('closePeer').length, 1);
});

test('the host dies: connections fail, channels close with an error, new connections are refused', async () => {
  const { host, pc, rtc, session } = await connected();
  const seen = [];
  const channel = pc.createDataChannel('b');
  watch(seen, channel, 'channel ', 'error', 'close');
  watch(seen, pc, '', 'connectionstatechange', 'iceconnectionstatechange');
  await turn();
  host.link.ended('The host closed the connection.');
  await turn();
  assert.deepEqual(seen, ['iceconnectionstatechange', 'connectionstatechange', 'channel error', 'channel close']);
  assert.deepEqual([pc.connectionState, pc.iceConnectionState, pc.sctp?.state], ['failed', 'failed', 'closed']);
  assert.deepEqual(await session.closed, { status: 23, reason: 'The host closed the connection.' });
  assert.throws(() => new rtc.RTCPeerConnection(), { name: 'InvalidStateError' });
  await assert.rejects(pc.getStats(), { name: 'OperationError' });
  pc.close();
  assert.equal(pc.connectionState, 'closed');
});

test('another association begins anew on the same transports, and with nobody\'s certificate', async () => {
  const { host, pc, peer } = await connected();
  const { sctp } = pc;
  const { transport: dtls } = sctp;
  const facts = { peer, role: 0, version: 0, cipher: '', group: '', certificate: new Uint8Array(0) };
  host.tell('iceState', { peer, state: 2, role: 1 });
  host.tell('dtlsState', { ...facts, state: 2, certificate: Uint8Array.of(1, 2, 3) });
  host.tell('sctpState', { peer, state: 1, channelsMax: 9, messageBytesMax: 1000 });
  await turn();
  assert.deepEqual([dtls.state, sctp.state, pc.connectionState, dtls.getRemoteCertificates().length], ['connected', 'connected', 'connected', 1]);
  const seen = [];
  dtls.onstatechange = () => seen.push(`dtls ${dtls.state}`);
  sctp.onstatechange = () => seen.push(`sctp ${sctp.state}`);
  pc.onconnectionstatechange = () => seen.push(pc.connectionState);
  host.tellAll(
    ['dtlsState', { ...facts, state: 0 }],
    ['sctpState', { peer, state: 0, channelsMax: 0, messageBytesMax: 1000 }],
    ['iceState', { peer, state: 1, role: 1 }],
  );
  await turn();
  assert.deepEqual(seen, ['dtls new', 'connecting', 'sctp connecting']);
  assert.deepEqual([pc.sctp, pc.sctp.transport], [sctp, dtls]);
  assert.deepEqual(dtls.getRemoteCertificates(), []);
});

test('getStats gives the standard\'s objects, tied together by their ids', async () => {
  const { host, pc, peer } = await connected();
  host.tell('iceState', { peer, state: 2, role: 1 });
  host.tell('candidateFound', { peer, generation: 1, candidate: candidateRecord, url: 'stun:a.example' });
  await turn();
  const big = (value) => BigInt(value);
  const nowhere = { family: 0, bytes: new Uint8Array(16), port: 0 };
  const reflexiveRecord = { ...candidateRecord, type: 1, foundation: '', address: nowhere, related: nowhere };
  host.answers.getStats = ({ request }) => ['stats', {
    request, timestampUs: 1n, selectedPair: 3, pairChanges: 1, iceRole: 1, iceState: 2, dtlsState: 2, dtlsRole: 0, dtlsVersion: 0xfefd,
    cipher: 'TLS_X', group: 'P-256', bytesSent: 10n, bytesReceived: 20n, packetsSent: 1n, packetsReceived: 2n,
    sctpSmoothedRoundTripUs: 1, sctpCongestionWindow: 1, sctpUnacknowledged: 0, channelsOpened: 1, channelsClosed: 0,
    localCertificate: Uint8Array.of(1), remoteCertificate: Uint8Array.of(2),
    candidates: [{ id: 1, isRemote: 0, isDescribed: 0, candidate: candidateRecord }, { id: 2, isRemote: 1, isDescribed: 0, candidate: candidateRecord },
      { id: 4, isRemote: 1, isDescribed: 1, candidate: reflexiveRecord }],
    pairs: [{ id: 3, localId: 1, remoteId: 2, state: 4, nominated: 1, priority: big(7), bytesSent: 10n, bytesReceived: 20n,
      packetsSent: 1n, packetsReceived: 2n, roundTripUs: 1500, totalRoundTripUs: 3000n, requestsSent: 2, responsesReceived: 2,
      requestsReceived: 1, responsesSent: 1, consentRequestsSent: 0, lastConsentUs: 0n }],
    channels: [{ channel: host.told('channelOpened')[0].channel, id: 0, state: 1, messagesSent: 1, bytesSent: 5n, messagesReceived: 0, bytesReceived: 0n }],
  }];
  const report = await pc.getStats(null);
  assert.equal(host.last('getStats').peer, peer);
  const byType = (type) => [...report.values()].filter((stats) => stats.type === type);
  const [transport] = byType('transport');
  const pair = report.get(transport.selectedCandidatePairId);
  assert.deepEqual([pair.type, pair.state, pair.nominated, pair.currentRoundTripTime], ['candidate-pair', 'succeeded', true, 0.0015]);
  assert.deepEqual([report.get(pair.localCandidateId).type, report.get(pair.remoteCandidateId).type], ['local-candidate', 'remote-candidate']);
  const { address, usernameFragment, url } = report.get(pair.localCandidateId);
  assert.deepEqual([address, usernameFragment, url], ['192.0.2.1', 'local', 'stun:a.example']);
  assert.equal(report.get(pair.remoteCandidateId).usernameFragment, undefined); // not signalled
  const reflexive = report.get('I4');
  assert.deepEqual([reflexive.candidateType, reflexive.address, reflexive.usernameFragment], ['prflx', null, 'remote']);
  assert.deepEqual([transport.dtlsState, transport.tlsVersion, transport.iceRole], ['connected', 'FEFD', 'controlling']);
  assert.deepEqual([transport.dtlsRole, transport.iceLocalUsernameFragment], ['client', 'local']);
  assert.match(report.get(transport.remoteCertificateId).fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  assert.equal(byType('peer-connection')[0].dataChannelsOpened, 1);
  assert.equal(byType('data-channel')[0].label, 'a');
  assert.ok([...report].every(([id, stats]) => stats.id === id && stats.timestamp > 0));
  await assert.rejects(pc.getStats({}), TypeError);
});

test('media is refused with a NotSupportedError, and there is none', async () => {
  const { pc } = await start();
  assert.throws(() => pc.addTransceiver('audio'), { name: 'NotSupportedError' });
  assert.throws(() => pc.addTransceiver(), TypeError);
  assert.throws(() => pc.addTransceiver('smell'), TypeError, 'the arguments come first');
  assert.throws(() => pc.addTrack({}), TypeError);
  assert.throws(() => pc.removeTrack({}), TypeError);
  assert.deepEqual([pc.getSenders(), pc.getReceivers(), pc.getTransceivers()], [[], [], []]);
});
