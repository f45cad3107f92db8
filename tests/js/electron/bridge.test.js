// The Electron doors without Electron: frames get links for the origin that the shell says is theirs, over
// message ports and a real broker, and make real calls through them.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { askBy, closeNative, denyByDefault, serveFrames } from '../../../js/electron/main.js';
import { encode } from '../../../js/lib/codec.js';
import { Limits, Message } from '../../../js/lib/names.js';
import { buildCommonJs } from '../../../js/pack/javascript.js';
import { programPath } from '../../interop/host.js';
import { within } from '../../host/page.js';
import { Frame, ipcMain } from './shell.js';

const origin = 'app://demo';
const folder = mkdtempSync(join(tmpdir(), 'portcullis-electron-'));
const preload = join(folder, 'electron/preload.js');
const broker = programPath('portcullis-broker');
let host;

before(async () => {
  await buildCommonJs(folder);
  host = await serveFrames({ ipcMain }, {
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

const helloOf = (token) => encode('hello', { version: Limits.protocolVersion, token });
const hello = helloOf(new Uint8Array(0));

/** The next record that comes from a port: its message's name. */
function nextOf(port) {
  return within(new Promise((resolve) => {
    port.on('message', (data) => ArrayBuffer.isView(data) && resolve(nameOf((data[4] << 8) | data[5])));
  }), 'an answer');
}

const nameOf = (id) => Object.keys(Message).find((name) => Message[name].id === id);

/** A frame that speaks over its port by itself, without a preload: its HELLO and the answer. */
async function bare(frame = new Frame(origin)) {
  const port = frame.ask();
  const answered = nextOf(port);
  port.postMessage(hello);
  return { port, answer: await answered };
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
  const first = new window.RTCPeerConnection();
  assert.equal(first.isNative, undefined);
  let overheard = 0;
  window.addEventListener('message', () => { overheard += 1; });
  assert.deepEqual(required, ['electron'], 'what a sandboxed preload may require');
  for (const name of ['require', 'ipcRenderer', 'electron', 'process']) assert.equal(window[name], undefined, name);
  const session = await within(window.portcullis.ready, 'the session');
  first.close();
  assert.equal(overheard, 0, 'the page heard of the port');
  session.close();
});

test('a page that waits for nothing calls, as where the browser has WebRTC itself', async () => {
  const { window } = new Frame(origin).load(preload);
  const { pcA, pcB } = await connect(window, window, (channel) => channel.send('hello'));
  pcA.close();
  pcB.close();
  (await window.portcullis.ready).close();
});

test('an origin that is not allowed, or is nobody\'s, is told so and gets no link', async () => {
  for (const [one, embedder] of [['app://other', 'app://other'], ['null', origin], ['', origin], [origin, 'app://other'], [origin, 'null']]) {
    const { port, answer } = await bare(new Frame(one, { embedder }));
    assert.equal(answer, 'goodbye');
    port.close();
  }
  const { window } = new Frame('https://evil.example').load(preload);
  const pc = new window.RTCPeerConnection();
  await assert.rejects(within(pc.setLocalDescription(), 'a refusal'));
  await assert.rejects(within(window.portcullis.ready, 'a refusal'), { name: 'NotAllowedError' });
});

test('what a message says of its origin is not believed', async () => {
  const port = new Frame('https://evil.example').ask({ origin, senderFrame: { origin } }, origin);
  assert.equal(await nextOf(port), 'goodbye');
  port.close();
});

test('a frame that shows another page by then gets nothing', async () => {
  const frame = new Frame(origin);
  const token = host.broker.token;
  const navigated = new Promise((resolve) => {
    host.broker.token = async (...one) => {
      const given = await token(...one);
      frame.origin = 'https://evil.example';
      resolve();
      return given;
    };
  });
  const port = frame.ask();
  let heard = 0;
  port.on('message', () => { heard += 1; });
  const closed = new Promise((resolve) => { port.on('close', resolve); });
  port.postMessage(hello);
  await within(navigated, 'the token');
  host.broker.token = token;
  await within(closed, 'its port to close');
  assert.equal(heard, 0);
});

test('a page begins with HELLO without a token, in pieces or with more behind it, or is cut off', async () => {
  for (const bad of [helloOf(new Uint8Array(32)), new Uint8Array(hello.length), Uint8Array.of(1)]) {
    const port = new Frame(origin).ask();
    const ended = lastTextOf(port);
    port.postMessage(bad);
    assert.ok((await ended).length > 0);
  }
  const port = new Frame(origin).ask();
  const answered = nextOf(port);
  for (const byte of hello) port.postMessage(Uint8Array.of(byte));
  assert.equal(await answered, 'welcome');
  port.close();
});

test('a frame has one link, however often it asks', async () => {
  const frame = new Frame(origin);
  const ports = Array.from({ length: 50 }, () => frame.ask());
  const last = ports.pop();
  const all = Promise.all(ports.map((port) => new Promise((resolve) => { port.on('close', resolve); })));
  const answered = nextOf(last);
  last.postMessage(hello);
  assert.equal(await answered, 'welcome');
  await within(all, 'all but the last to end');
  const stays = lastTextOf(last);
  last.postMessage(-1); // it lives: what is wrong is answered
  assert.match(await stays, /^The page/);
});

test('what is neither bytes nor a number, or a number that is not true, ends the frame\'s link', async () => {
  for (const bad of [{ fake: true }, 'text', -1, 1, 0.5, NaN, null, [1]]) {
    const port = new Frame(origin).ask();
    const ended = lastTextOf(port);
    port.postMessage(bad);
    assert.match(await ended, /^The page/, String(bad));
  }
});

test('when a page goes its worker goes, and when the host goes its pages hear of it', async () => {
  const ipc = new EventEmitter();
  const own = await serveFrames({ ipcMain: ipc }, { origins: [origin], secureSchemes: ['app'], loopback: true, broker });
  const reserve = childrenOf(own.broker.pid).length;
  const [a, b] = await Promise.all([open(ipc), open(ipc)]);
  await within(until(() => childrenOf(own.broker.pid).length === reserve + 2), 'the workers to start');
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

/** Electron's session and contents, as far as permissions go. */
function fakeSession() {
  const handlers = {};
  const contents = Object.assign(new EventEmitter(), { reloads: 0, getURL: () => 'app://demo/index.html', isDestroyed: () => false });
  contents.reload = () => { contents.reloads += 1; };
  const session = { setPermissionRequestHandler: (one) => { handlers.request = one; }, setPermissionCheckHandler: (one) => { handlers.check = one; },
    setDevicePermissionHandler: () => {} };
  const request = (permission, details) => new Promise((resolve) => {
    handlers.request(contents, permission, resolve, { requestingUrl: 'https://widget.example/a', ...details });
  });
  return { session, contents, request, handlers };
}

/** A Consent that allows what is in its list, and notes what it is asked. */
function fakeConsent(...allowed) {
  const consent = { asked: [], ended: 0 };
  consent.ask = async (wish) => {
    consent.asked.push(wish);
    const ended = new Promise((resolve) => { consent.stop = resolve; });
    return { allowed: wish.rights.every((right) => allowed.includes(right)), ended, end: async () => { consent.ended += 1; } };
  };
  return consent;
}

test('what is asked of consent is asked for the frame and the page around it, and nothing else is', async () => {
  const { session, request } = fakeSession();
  const consent = fakeConsent('microphone', 'camera');
  denyByDefault(session, undefined, { asked: askBy(consent) });
  assert.equal(await request('media', { mediaTypes: ['audio', 'video'] }), true);
  assert.deepEqual(consent.asked, [{ origin: 'https://widget.example', embedder: 'app://demo', rights: ['microphone', 'camera'] }]);
  assert.equal(await request('display-capture'), false);
  assert.deepEqual(consent.asked.at(-1).rights, ['screen']);
  const { length } = consent.asked;
  for (const permission of ['geolocation', 'notifications', 'toString', '__proto__']) assert.equal(await request(permission), false, permission);
  for (const mediaTypes of [[], undefined, ['smell'], ['audio', 'smell']]) assert.equal(await request('media', { mediaTypes }), false);
  assert.equal(await request('media', { requestingUrl: 'data:text/html,x', mediaTypes: ['audio'] }), false);
  assert.equal(consent.asked.length, length);
  consent.ask = async () => { throw new Error('the broker has ended'); };
  assert.equal(await request('media', { mediaTypes: ['audio'] }), false);
});

test('what consent allowed ends with the page, and a page that a person stops is loaded anew', async () => {
  const { session, contents, request } = fakeSession();
  const consent = fakeConsent('microphone');
  denyByDefault(session, undefined, { asked: askBy(consent) });
  assert.equal(await request('media', { mediaTypes: ['audio'] }), true);
  contents.emit('did-navigate');
  assert.equal(consent.ended, 1);
  consent.stop('GRANT_ENDED'); // it was over
  assert.equal(await request('media', { mediaTypes: ['audio'] }), true);
  consent.stop('GRANT_ENDED');
  await within(until(() => contents.reloads === 1), 'the page to be loaded anew');
  assert.equal(consent.ended, 2);
  assert.equal(contents.listenerCount('did-navigate') + contents.listenerCount('destroyed'), 0);
});

/** The processes whose parent is pid. */
function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean);
}

async function until(condition) {
  while (!condition()) await new Promise((resolve) => { setImmediate(resolve); });
}
