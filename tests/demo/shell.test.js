// The WebKitGTK shell as its users see it: pages have WebRTC on an engine that has none, each frame
// with a worker and an origin of its own, and what a page took goes when the page goes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { serve } from '../../demo/server.js';
import { buildWebKit } from '../../js/pack/webkit.js';
import { childrenOf, gone } from '../hostile/processes.js';
import { Display, missingForDisplay } from '../host/window/display.js';
import { programPath } from '../interop/host.js';

const timeout = 120_000;
const program = programPath('portcullis-shell');
const skip = existsSync(program) ? missingForDisplay() : 'WebKitGTK is not installed: there is no portcullis-shell';

let display;
let scripts;

before(async () => {
  if (skip) return;
  scripts = await buildWebKit();
  display = await Display.start();
});
after(() => display?.stop());

// The policy allows what a page with WebAssembly needs, and no connection but to its own server.
const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; connect-src 'self'; frame-src *" };

// A site serves one page and hears what it says.
async function site(t, pageOf) {
  const heard = [];
  let wake = () => {};
  const server = createServer((request, response) => {
    const [path, query] = request.url.split('?');
    if (path === '/say') {
      heard.push(decodeURIComponent(query));
      wake();
      response.writeHead(204).end();
    } else {
      response.writeHead(200, headers).end(pageOf(path));
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => (server.closeAllConnections(), server.close()));
  const hears = async (text) => {
    while (!heard.includes(text)) await new Promise((done) => (wake = done));
  };
  return { port: server.address().port, heard, hears };
}

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

async function openShell(t, address) {
  const options = ['--scripts', scripts, '--broker', programPath('portcullis-broker'), '--broker-argument=--loopback', address];
  const env = { ...display.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', WEBKIT_DISABLE_DMABUF_RENDERER: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1' };
  const shell = spawn(program, options, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  shell.stderr.on('data', (text) => (errors += text));
  t.after(async () => {
    if (shell.exitCode === null && shell.signalCode === null) {
      shell.kill();
      await once(shell, 'exit');
    }
  });
  return { shell, errors: () => errors };
}

test('a page and a frame of another site call, each for its own origin', { skip, timeout }, async (t) => {
  const inner = await site(t, () => caller());
  const outer = await site(t, () => caller(`<iframe src="http://localhost:${inner.port}/"></iframe>`));
  await openShell(t, `http://127.0.0.1:${outer.port}/`);
  await outer.hears('heard hello from 127.0.0.1');
  await inner.hears('heard hello from localhost');
  for (const one of [inner, outer]) await one.hears('painted');
  display.picture('shell-frames');
});

test('what a page started ends when it goes elsewhere', { skip, timeout }, async (t) => {
  const one = await site(t, (path) => (path === '/first' ? caller("<script>addEventListener('click', () => (location = '/second'))</script>") : caller()));
  const { shell } = await openShell(t, `http://127.0.0.1:${one.port}/first`);
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
  await openShell(t, address);
  await openShell(t, address);
  await display.waitForWindows('Connected · Portcullis chat', 2);
  display.picture('shell-chat');
});
