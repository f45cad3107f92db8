// The Electron doors without Electron: frames get links for the origin that the shell says is theirs, over
// message ports and a real broker, and make real calls through them.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { closeNative, denyByDefault, serveFrames } from '../../../js/electron/main.js';
import { encode } from '../../../js/lib/codec.js';
import { Limits } from '../../../js/lib/names.js';
import { buildCommonJs } from '../../../js/pack/javascript.js';
import { programPath } from '../../interop/host.js';
import { within } from '../../host/page.js';
import { Frame, ipcMain, MessageChannelMain } from './shell.js';

const origin = 'app://demo';
const folder = mkdtempSync(join(tmpdir(), 'portcullis-electron-'));
const preload = join(folder, 'electron/preload.js');
const broker = programPath('portcullis-broker');
let host;

before(async () => {
  await buildCommonJs(folder);
  host = await serveFrames({ ipcMain, MessageChannelMain }, {
    origins: (one, embedder) => one === origin && embedder === origin, secureSchemes: ['app'], loopback: true, broker });
});
after(async () => {
  await host?.close();
  rmSync(folder, { recursive: true });
});

/** A window whose session is open. */
async function open(ipc = ipcMain) {
  const frame = new Frame(origin, { ipc });
  const { window } = frame.load(preload);
  const session = await within(window.portcullis.ready, 'the session');
  return { frame, window, session };
}

async function connect(a, b, listen) {
  const [pcA, pcB] = [new a.RTCPeerConnection(), new b.RTCPeerConnection()];
  pcA.onicecandidate = ({ candidate }) => pcB.addIceCandidate(candidate);
  pcB.onicecandidate = ({ candidate }) => pcA.addIceCandidate(candidate);
  pcB.ondatachannel = ({ channel }) => listen(channel);
  const channel = pcA.createDataChannel('a');
  const opened = new Promise((resolve) => { channel.onopen = resolve; });
  await pcA.setLocalDescription();
  await pcB.setRemoteDescription(pcA.localDescription);
  await pcB.setLocalDescription();
  await pcA.setRemoteDescription(pcB.localDescription);
  await within(opened, 'the channel');
  return { pcA, pcB, channel };
}

/** A frame that speaks over its port by itself: the next messages of the port, without a preload. */
async function bare(frame = new Frame(origin)) {
  const given = new Promise((resolve) => frame.toPreload.once('portcullis:link', ({ ports }, data) => resolve({ port: ports[0], data })));
  frame.ask();
  return within(given, 'an answer');
}

function lastTextOf(port) {
  return within(new Promise((resolve) => {
    port.on('message', (data) => typeof data === 'string' && resolve(data));
  }), 'the end');
}

test('two frames call each other through ports and broker, and 8 MiB come back whole', async () => {
  const [a, b] = await Promise.all([open(), open()]);
  const total = 8 * 1024 * 1024;
  const piece = new Uint8Array(65536).fill(7);
  let echoed = 0;
  let finish;
  const all = new Promise((resolve) => { finish = resolve; });
  const { pcA, pcB, channel } = await connect(a.window, b.window, (other) => {
    other.onmessage = ({ data }) => other.send(data);
  });
  channel.binaryType = 'arraybuffer';
  channel.onmessage = ({ data }) => {
    assert.equal(new Uint8Array(data)[data.byteLength - 1], 7);
    echoed += data.byteLength;
    if (echoed === total) finish();
  };
  channel.bufferedAmountLowThreshold = 4 * piece.length;
  for (let sent = 0; sent < total; sent += piece.length) {
    channel.send(piece);
    if (channel.bufferedAmount > 16 * piece.length) {
      await within(new Promise((resolve) => { channel.onbufferedamountlow = resolve; }), 'the buffer to drain');
    }
  }
  await within(all, 'the echo');
  pcA.close();
  pcB.close();
  a.session.close();
  b.session.close();
});

test('the page finds ours in place of the browser\'s own, and nothing of Electron', async () => {
  const frame = new Frame(origin);
  const { window, required } = frame.load(preload);
  // Before any script of the page: the browser's are gone at once.
  assert.equal(window.webkitRTCPeerConnection, undefined);
  assert.throws(() => new window.RTCPeerConnection(), { name: 'InvalidStateError' });
  assert.deepEqual(required, ['electron'], 'what a sandboxed preload may require');
  for (const name of ['require', 'ipcRenderer', 'electron', 'process']) assert.equal(window[name], undefined, name);
  let overheard = 0;
  window.addEventListener('message', () => { overheard += 1; });
  const session = await within(window.portcullis.ready, 'the session');
  const pc = new window.RTCPeerConnection();
  assert.equal(pc.isNative, undefined);
  pc.close();
  assert.equal(overheard, 0, 'the page heard of the port');
  session.close();
});

test('an origin that is not allowed, or is nobody\'s, is told so and gets no port', async () => {
  for (const [one, embedder] of [['app://other', 'app://other'], ['null', origin], ['', origin], [origin, 'app://other'], [origin, 'null']]) {
    const { port, data } = await bare(new Frame(one, { embedder }));
    assert.equal(port, undefined);
    assert.match(data.refused, /may not/);
  }
  const { window } = new Frame('https://evil.example').load(preload);
  await assert.rejects(within(window.portcullis.ready, 'a refusal'), { name: 'NotAllowedError' });
});

test('what a message says of its origin is not believed', async () => {
  const frame = new Frame('https://evil.example');
  const told = new Promise((resolve) => frame.toPreload.once('portcullis:link', (event, data) => resolve(data)));
  frame.ask({ origin, senderFrame: { origin } }, origin);
  assert.match((await within(told, 'a refusal')).refused, /may not/);
});

test('a frame that shows another page by then gets nothing', async () => {
  const frame = new Frame(origin);
  let posted = 0;
  frame.toPreload.on('portcullis:link', () => { posted += 1; });
  const token = host.broker.token;
  const navigated = new Promise((resolve) => {
    host.broker.token = async (...one) => {
      const given = await token(...one);
      frame.origin = 'https://evil.example';
      resolve();
      return given;
    };
  });
  frame.ask();
  await within(navigated, 'the token');
  host.broker.token = token;
  await bare(); // another frame's link, asked for later, is there
  assert.equal(posted, 0);
});

test('a token of one frame opens no second link', async () => {
  const first = await bare();
  const second = await bare();
  const hello = (token) => encode('hello', { version: Limits.protocolVersion, token: Uint8Array.from(Buffer.from(token, 'hex')) });
  const welcomed = within(new Promise((resolve) => {
    first.port.on('message', (heard) => typeof heard !== 'number' && resolve(heard));
  }), 'the first to be welcomed');
  first.port.postMessage(hello(first.data.token));
  assert.ok(ArrayBuffer.isView(await welcomed));
  const ended = lastTextOf(second.port);
  second.port.postMessage(hello(first.data.token));
  assert.ok((await ended).length > 0);
  first.port.close();
});

test('a frame has one link, however often it asks', async () => {
  const frame = new Frame(origin);
  const answers = [];
  let firstEnds;
  frame.toPreload.on('portcullis:link', ({ ports: [port] }) => {
    firstEnds ??= new Promise((resolve) => { port.on('close', resolve); });
    answers.push(port);
  });
  for (let i = 0; i < 50; i++) frame.ask();
  await within(until(() => answers.length === 2), 'two answers, one at once and one for all that asked meanwhile');
  await bare(); // another frame's, asked for later, is there
  assert.equal(answers.length, 2);
  await within(firstEnds, 'the first link to end');
  const stays = lastTextOf(answers[1]);
  answers[1].postMessage(-1); // it lives: what is wrong is answered
  assert.match(await stays, /^The page/);
});

test('what is neither bytes nor a number, or a number that is not true, ends the frame\'s link', async () => {
  for (const bad of [{ fake: true }, 'text', -1, 1, 0.5, NaN, null, [1]]) {
    const { port } = await bare();
    const ended = lastTextOf(port);
    port.postMessage(bad);
    assert.match(await ended, /^The page/, String(bad));
  }
});

test('when a page goes its worker goes, and when the host goes its pages hear of it', async () => {
  const ipc = new EventEmitter();
  const own = await serveFrames({ ipcMain: ipc, MessageChannelMain }, { origins: [origin], secureSchemes: ['app'], loopback: true, broker });
  const reserve = childrenOf(own.broker.pid).length;
  const [a, b] = await Promise.all([open(ipc), open(ipc)]);
  assert.equal(childrenOf(own.broker.pid).length, reserve + 2);
  a.frame.leave();
  await within(until(() => childrenOf(own.broker.pid).length === reserve + 1), 'the worker to end');
  assert.equal(b.session.isClosed, false);
  await own.close();
  await within(b.session.closed, 'the end');
});

test('the permission handlers say no to everything that is not allowed', () => {
  const handlers = {};
  const session = { setPermissionRequestHandler: (one) => { handlers.request = one; }, setPermissionCheckHandler: (one) => { handlers.check = one; },
    setDevicePermissionHandler: (one) => { handlers.device = one; } };
  const request = (permission, details) => {
    let answer;
    handlers.request(null, permission, (given) => { answer = given; }, details);
    return answer;
  };
  denyByDefault(session);
  assert.equal(request('media', { requestingUrl: 'app://demo/' }), false);
  assert.equal(handlers.check(null, 'media', 'app://demo/'), false);
  assert.equal(handlers.device({}), false);
  denyByDefault(session, (permission, one) => permission === 'fullscreen' && one === origin);
  assert.equal(request('fullscreen', { requestingUrl: 'app://demo/index.html' }), true);
  assert.equal(request('fullscreen', { requestingUrl: 'app://other/index.html' }), false);
  assert.equal(request('fullscreen'), false);
  assert.equal(handlers.check(null, 'fullscreen', 'app://demo/'), true);
  assert.equal(handlers.check(null, 'media', 'app://demo/'), false);
  let policy;
  closeNative({ setWebRTCIPHandlingPolicy: (one) => { policy = one; } });
  assert.equal(policy, 'disable_non_proxied_udp');
});

/** The processes whose parent is pid. */
function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean);
}

async function until(condition) {
  while (!condition()) await new Promise((resolve) => { setImmediate(resolve); });
}
