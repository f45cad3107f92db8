// The WebKitGTK shell as its users see it: pages have WebRTC on an engine that has none, each frame
// with a worker and an origin of its own, and what a page took goes when the page goes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from '../../demo/server.js';
import { childrenOf, gone } from '../hostile/processes.js';
import { Display } from '../host/window/display.js';
import { missingShell, openShell, site } from './shell.js';

const timeout = 120_000;
const skip = missingShell();

let display;

before(async () => {
  if (!skip) display = await Display.start();
});
after(() => display?.stop());

// A page that calls itself, and says what it hears. body: more HTML.
const caller = (body = '') => `<!doctype html><meta charset="utf-8"><h1>A page</h1>${body}<script>
const say = (text) => fetch('/say?' + encodeURIComponent(text));
async function call() {
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  a.onicecandidate = ({ candidate }) => b.addIceCandidate(candidate);
  b.onicecandidate = ({ candidate }) => a.addIceCandidate(candidate);
  b.ondatachannel = ({ channel }) => (channel.onmessage = ({ data }) => say('heard ' + data));
  const channel = a.createDataChannel('call');
  channel.onopen = () => channel.send('hello from ' + location.hostname);
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription);
}
const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
call().then(painted).then(() => say('painted'), (error) => say(error.name + ': ' + error.message));
</script>`;

test('a page and a frame of another site call, each for its own origin', { skip, timeout }, async (t) => {
  const inner = await site(t, () => caller());
  const outer = await site(t, () => caller(`<iframe src="http://localhost:${inner.port}/"></iframe>`));
  await openShell(t, display, `http://127.0.0.1:${outer.port}/`);
  await outer.hears('heard hello from 127.0.0.1');
  await inner.hears('heard hello from localhost');
  for (const one of [inner, outer]) await one.hears('painted');
  display.picture('shell-frames');
});

test('what a page started ends when it goes elsewhere', { skip, timeout }, async (t) => {
  const one = await site(t, (path) => (path === '/first' ? caller("<script>addEventListener('click', () => (location = '/second'))</script>") : caller()));
  const shell = await openShell(t, display, `http://127.0.0.1:${one.port}/first`);
  await one.hears('heard hello from 127.0.0.1');
  const [broker] = childrenOf(shell.pid).filter((pid) => childrenOf(pid).length > 0);
  const workers = childrenOf(broker);
  assert.ok(workers.length >= 1);
  const [window] = await display.waitForWindows(`127.0.0.1:${one.port}`, 1);
  const busy = workers.slice(0, 1);
  await display.do('mousemove', '--window', window, 200, 400, 'click', 1);
  await Promise.all(busy.map(gone));
});

test('the chat demo works in two shells', { skip, timeout }, async (t) => {
  const server = await serve({ token: async () => assert.fail('a page in a shell asks for no token') });
  t.after(() => server.close());
  const address = `${server.origin}/demo/chat/#shells`;
  await openShell(t, display, address);
  await openShell(t, display, address);
  await display.waitForWindows('Connected · Portcullis chat', 2);
  display.picture('shell-chat');
});
