// Two negotiations of core.wasm with each other and with descriptions as browsers write them, through
// js/lib/negotiation.js: what the page's half of a connection does without any host.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decode, RecordReader } from '../../js/lib/codec.js';
import { CoreError, loadCore } from '../../js/lib/core.js';
import { Status } from '../../js/lib/names.js';

const read = (path) => readFileSync(new URL(path, import.meta.url));
const core = await loadCore(read('../../build/wasm/core.wasm'));
const sample = (name) => read(`../vectors/sdp/${name}.sdp`).toString().replaceAll('\n', '\r\n');

let made = 0;
function credentials() {
  made += 1;
  return { generation: made, ufrag: `uf${made}rag`, password: `password${String(made).padStart(20, '0')}` };
}

function open() {
  const fingerprints = [{ hash: 3, value: Uint8Array.from({ length: 32 }, (_, at) => at) }];
  return core.newNegotiation({ ...credentials(), tlsId: 'abcdefghijklmnopqrstuvwxyz', fingerprints });
}

function opened(t, withData = false) {
  const negotiation = open();
  t.after(() => negotiation.close());
  if (withData) negotiation.addDataSection();
  return negotiation;
}

function prepare(negotiation, type, options) {
  if (negotiation.needsGeneration(type, options)) negotiation.setGeneration(credentials());
}

/** A whole offer and answer. */
function negotiate(from, to, options) {
  prepare(from, 'offer', options);
  from.setDescription('local', 'offer', from.createOffer(options));
  to.setDescription('remote', 'offer', from.description('pendingLocal').sdp);
  prepare(to, 'answer');
  to.setDescription('local', 'answer', to.createAnswer());
  from.setDescription('remote', 'answer', to.description('currentLocal').sdp);
}

function messages(negotiation) {
  const reader = new RecordReader();
  reader.push(negotiation.takeMessages(9));
  const all = [];
  for (let record; (record = reader.next());) all.push(decode(record.id, record.body));
  return all;
}

function refuses(status, steps) {
  assert.throws(steps, (error) => error instanceof CoreError && error.status === Status[status].number
    && error.name === status);
}

test('an offer and its answer agree on roles, credentials and one data section', (t) => {
  const [a, b] = [opened(t, true), opened(t)];
  assert.equal(a.negotiationNeeded, true);
  assert.equal(a.dataTransport, null);
  assert.deepEqual(a.transports, []);
  negotiate(a, b);
  assert.deepEqual([a.signalingState, b.signalingState], ['stable', 'stable']);
  assert.deepEqual([a.dtlsRole, b.dtlsRole], ['server', 'client']);
  assert.equal(a.negotiationNeeded, false);
  const data = { mid: '0', mLineIndex: 0, remotePort: 5000, messageBytesMax: 262144, rejected: false };
  assert.deepEqual(a.dataTransport, data);
  assert.deepEqual(b.dataTransport, data);
  assert.deepEqual(a.transports, [{ mid: '0', mLineIndex: 0 }]);
  assert.equal(a.canTrickle, true);
  const [gather, connect] = messages(a);
  assert.equal(gather.name, 'gather');
  assert.equal(connect.name, 'connect');
  assert.equal(connect.peer, 9);
  assert.equal(connect.plan.generation, gather.generation);
  assert.ok(b.description('currentLocal').sdp.includes(`a=ice-ufrag:${connect.plan.remoteUfrag}\r\n`));
  assert.deepEqual(messages(a), []);
});

test('descriptions are pending, then current, of their types', (t) => {
  const [a, b] = [opened(t, true), opened(t)];
  assert.equal(a.description('pendingLocal'), null);
  a.setDescription('local', 'offer', '');
  assert.equal(a.description('pendingLocal').type, 'offer');
  assert.equal(a.description('currentLocal'), null);
  b.setDescription('remote', 'offer', a.description('pendingLocal').sdp);
  const answer = b.createAnswer();
  b.setDescription('local', 'pranswer', answer);
  a.setDescription('remote', 'pranswer', answer);
  assert.equal(a.signalingState, 'have-remote-pranswer');
  assert.equal(a.description('pendingRemote').type, 'pranswer');
  b.setDescription('local', 'answer', answer);
  a.setDescription('remote', 'answer', answer);
  assert.deepEqual(['currentLocal', 'currentRemote'].map((slot) => a.description(slot).type), ['offer', 'answer']);
  assert.equal(a.description('pendingLocal'), null);
  assert.equal(a.description('pendingRemote'), null);
});

for (const name of ['chromium-data', 'firefox-data', 'old-data', 'chromium-media']) {
  test(`the offer of ${name} is answered`, (t) => {
    const negotiation = opened(t);
    negotiation.setDescription('remote', 'offer', sample(name));
    assert.equal(negotiation.description('pendingRemote').sdp, sample(name));
    const answer = negotiation.createAnswer();
    negotiation.setDescription('local', 'answer', answer);
    assert.equal(negotiation.dataTransport.rejected, false);
    assert.equal(negotiation.dtlsRole, 'client');
    const sections = answer.match(/^m=.*$/gm);
    assert.equal(sections.length, sample(name).match(/^m=.*$/gm).length);
    assert.ok(sections.slice(0, -1).every((line) => /^m=(audio|video) 0 /.test(line)));
    assert.ok(sections.at(-1).startsWith('m=application 9 '));
  });
}

test('candidates inside an offer are told to the host after CONNECT', (t) => {
  const negotiation = opened(t);
  negotiation.setDescription('remote', 'offer', sample('chromium-data'));
  assert.deepEqual(messages(negotiation), []);
  negotiation.setDescription('local', 'answer', '');
  const told = messages(negotiation);
  assert.deepEqual(told.map(({ name }) => name), ['gather', 'connect', 'addCandidate', 'addCandidate', 'addCandidate']);
  assert.equal(told[2].candidate.name, 'b92b7b5a-6a0e-4f7d-9d77-5b1f3f9f1d2c.local');
  assert.deepEqual(told.slice(2).map(({ ufrag }) => ufrag), ['9IjB', '9IjB', '9IjB']);
});

test('an answer as libdatachannel writes it is taken, with its candidates and their end', (t) => {
  const negotiation = opened(t, true);
  negotiation.setDescription('local', 'offer', '');
  negotiation.setDescription('remote', 'answer', sample('data-answer'));
  assert.equal(negotiation.canTrickle, true);
  assert.equal(negotiation.dataTransport.messageBytesMax, 65536);
  const told = messages(negotiation).map(({ name }) => name);
  assert.deepEqual(told, ['gather', 'connect', 'addCandidate', 'endOfCandidates']);
});

test('SDES, plaintext and broken text are refused, each with its status', (t) => {
  const negotiation = opened(t);
  refuses('INVALID_ACCESS', () => negotiation.setDescription('remote', 'offer', sample('refused-sdes')));
  refuses('INVALID_ACCESS', () => negotiation.setDescription('remote', 'offer', sample('refused-plaintext')));
  assert.throws(() => negotiation.setDescription('remote', 'offer', sample('refused-syntax')), { name: 'SYNTAX', line: 9 });
  assert.throws(() => negotiation.setDescription('remote', 'offer', 'Invalid SDP'), { name: 'SYNTAX', line: 1 });
  refuses('TOO_LARGE', () => negotiation.setDescription('remote', 'offer', 'x'.repeat(3 << 20)));
  refuses('STATE', () => negotiation.setDescription('remote', 'answer', sample('data-answer')));
  assert.equal(negotiation.signalingState, 'stable');
  assert.equal(negotiation.description('pendingRemote'), null);
});

test('a page may strip lines of its offer and change none', (t) => {
  const negotiation = opened(t, true);
  const offer = negotiation.createOffer();
  refuses('MODIFIED', () => negotiation.setDescription('local', 'offer', `${offer}a=munging-is-not-good\r\n`));
  refuses('MODIFIED', () => negotiation.setDescription('local', 'offer', offer.replace('uf', 'xx')));
  // What simple-peer does without trickle.
  const stripped = offer.replace(/a=ice-options:trickle\s\n/g, '');
  assert.notEqual(stripped, offer);
  negotiation.setDescription('local', 'offer', stripped);
  assert.equal(negotiation.description('pendingLocal').sdp, stripped);
});

test('an ICE restart asks for credentials on both sides and no more often', (t) => {
  const [a, b] = [opened(t, true), opened(t)];
  assert.equal(a.needsGeneration('offer'), false);
  negotiate(a, b);
  assert.equal(a.needsGeneration('offer', { iceRestart: false }), false);
  assert.equal(a.needsGeneration('offer', { iceRestart: true }), true);
  refuses('STATE', () => a.createOffer({ iceRestart: true }));
  const before = a.description('currentLocal').sdp.match(/a=ice-ufrag:.*/)[0];
  const answered = b.description('currentLocal').sdp.match(/a=ice-ufrag:.*/)[0];
  negotiate(a, b, { iceRestart: true });
  assert.ok(!a.description('currentLocal').sdp.includes(before));
  assert.ok(!b.description('currentLocal').sdp.includes(answered));
  a.restartIce();
  assert.equal(a.negotiationNeeded, true);
  assert.equal(a.needsGeneration('offer'), true);
  negotiate(a, b);
  assert.equal(a.negotiationNeeded, false);
  assert.equal(a.needsGeneration('offer'), false);
  assert.deepEqual([a.dtlsRole, b.dtlsRole], ['server', 'client']);
});

test('found candidates go to the description of their generation', (t) => {
  const negotiation = opened(t, true);
  const record = core.parseCandidate('candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host');
  negotiation.setDescription('local', 'offer', '');
  const [{ generation }] = messages(negotiation);
  const ufrag = `uf${generation}rag`;
  assert.deepEqual(negotiation.addLocalCandidate(generation, record), {
    candidate: `candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host ufrag ${ufrag}`,
    sdpMid: '0', sdpMLineIndex: 0, usernameFragment: ufrag,
  });
  assert.deepEqual(negotiation.endOfLocalCandidates(generation), {
    candidate: '', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: ufrag,
  });
  assert.equal(negotiation.addLocalCandidate(generation + 1000, record), null);
  const { sdp } = negotiation.description('pendingLocal');
  assert.ok(sdp.endsWith(`a=candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host ufrag ${ufrag}\r\na=end-of-candidates\r\n`));
  negotiation.setDescription('local', 'rollback', '');
  assert.equal(negotiation.addLocalCandidate(generation, record), null);
});

test('remote candidates follow the rules of addIceCandidate', (t) => {
  const negotiation = opened(t);
  const candidate = 'candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host';
  const add = (init) => negotiation.addRemoteCandidate({ candidate, ...init });
  refuses('STATE', () => add({ sdpMid: '0' }));
  negotiation.setDescription('remote', 'offer', sample('firefox-data'));
  refuses('TYPE', () => add({}));
  refuses('OPERATION', () => add({ sdpMid: 'x' }));
  refuses('OPERATION', () => add({ sdpMLineIndex: 1 }));
  refuses('OPERATION', () => add({ sdpMid: '0', usernameFragment: 'x' }));
  refuses('OPERATION', () => add({ sdpMid: '0', candidate: 'rubbish' }));
  refuses('OPERATION', () => add({ sdpMid: 'x'.repeat(70000) }));
  add({ sdpMid: '0', usernameFragment: '7a3ce1d0' });
  add({ sdpMid: '0', candidate: 'candidate:1 1 udp 1 name.example 1 typ host' });
  negotiation.addRemoteCandidate({});
  assert.ok(negotiation.description('pendingRemote').sdp.endsWith(
    `a=${candidate}\r\na=candidate:1 1 udp 1 name.example 1 typ host\r\na=end-of-candidates\r\n`,
  ));
  negotiation.setDescription('local', 'answer', '');
  assert.deepEqual(messages(negotiation).map(({ name }) => name), ['gather', 'connect', 'addCandidate', 'endOfCandidates']);
});

test('a description of many sections and lines is taken, and described again', (t) => {
  const [session] = sample('chromium-media').split('m=audio');
  const section = (at) => `m=audio 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:m${at}\r\n${'a=x-long:yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n'.repeat(80)}`;
  const sdp = session.replace(/a=group.*\r\n/, '') + Array.from({ length: 256 }, (_, at) => section(at)).join('');
  assert.ok(sdp.length > 800000);
  const negotiation = opened(t);
  negotiation.setDescription('remote', 'offer', sdp);
  assert.equal(negotiation.description('pendingRemote').sdp, sdp);
  negotiation.setDescription('local', 'answer', '');
  assert.equal(negotiation.description('currentLocal').sdp.match(/^m=audio 0/gm).length, 256);
  refuses('TOO_LARGE', () => negotiation.setDescription('remote', 'offer', sdp + section(256)));
});

test('a closed negotiation answers nothing and holds no memory', () => {
  const bytes = () => core.memory.buffer.byteLength;
  const round = () => {
    const [a, b] = [open(), open()];
    a.addDataSection();
    negotiate(a, b);
    a.close();
    a.close();
    b.close();
    assert.equal(a.signalingState, 'closed');
    assert.equal(a.description('currentLocal'), null);
    assert.deepEqual(a.transports, []);
    refuses('STATE', () => a.createOffer());
    refuses('STATE', () => a.takeMessages(1));
  };
  for (let i = 0; i < 50; i++) round();
  const before = bytes();
  for (let i = 0; i < 2000; i++) round();
  assert.equal(bytes(), before);
});

test('facts that no host tells make no negotiation', () => {
  const facts = { generation: 1, ufrag: 'ufrag', password: 'x'.repeat(22), tlsId: '', fingerprints: [] };
  const value = new Uint8Array(32);
  refuses('SYNTAX', () => core.newNegotiation(facts));
  refuses('SYNTAX', () => core.newNegotiation({ ...facts, fingerprints: [{ hash: 3, value: value.subarray(1) }] }));
  refuses('SYNTAX', () => core.newNegotiation({ ...facts, fingerprints: [{ hash: 3, value }], ufrag: 'a b c' }));
  refuses('SYNTAX', () => core.newNegotiation({ ...facts, fingerprints: [{ hash: 3, value }], generation: 0 }));
});

test('server URLs and candidates have the numbers of the boundary', () => {
  assert.deepEqual(core.parseIceServerUrl('turns:[2001:db8::1]:443'), { scheme: 3, transport: 1, port: 443, host: '2001:db8::1' });
  refuses('SYNTAX', () => core.parseIceServerUrl('stun:'));
  refuses('UNSUPPORTED', () => core.parseIceServerUrl('turn:a.example?transport=x'));
  const record = core.parseCandidate('candidate:7 1 tcp 5 192.0.2.7 9 typ host tcptype passive');
  assert.deepEqual(record.address, { family: 4, bytes: Uint8Array.from([192, 0, 2, 7, ...new Array(12).fill(0)]), port: 9 });
  assert.equal(core.candidateText(record), 'candidate:7 1 tcp 5 192.0.2.7 9 typ host tcptype passive');
  refuses('SYNTAX', () => core.parseCandidate('candidate:'));
  refuses('RANGE', () => core.candidateText({ ...record, component: 9 }));
});
