// Nobody but the person sees the inspector: not a page of another site or another port, not a frame,
// not a rebound name, not who finds its address later, whatever the browser lets them try.
import test from 'node:test';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { haveChromium, launchBrowser } from '../interop/ends/browser.js';
import { play } from '../interop/ends/end.js';
import { startHost } from '../interop/host.js';
import { ask, enter, Feed } from './inspector_feed.js';

const timeout = 120_000;
const mark = { 'x-portcullis': 'internals' };
let host;

test.before(async () => {
  host = await startHost({ inspector: true });
});
test.after(() => host.close());

const statusOf = async (url, options) => (await ask(url, options)).status;

test('an address opens the inspector once, and for one browser', { timeout }, async () => {
  const address = await host.broker.inspect();
  const { url, cookie } = await enter(address);
  assert.equal(await statusOf(address), 403, 'the same address again');
  assert.equal(await statusOf(address, { headers: { cookie } }), 403, 'by the same browser too');
  assert.equal(await statusOf(address.slice(0, -1)), 403);
  assert.equal(await statusOf(new URL('/', address)), 403);
  assert.notEqual(await host.broker.inspect(), address);
  assert.equal(await statusOf(url, { headers: { cookie } }), 200);
});

test('both halves of a session are needed, for every path', { timeout }, async () => {
  const [one, other] = [await enter(await host.broker.inspect()), await enter(await host.broker.inspect())];
  for (const name of ['', 'index.html', 'internals.js', 'uPlot.esm.js', 'feed', 'nothing']) {
    const url = new URL(name, one.url);
    assert.equal(await statusOf(url), 403, `${name} without the cookie`);
    assert.equal(await statusOf(url, { headers: { cookie: other.cookie } }), 403, `${name} with another's`);
    assert.equal(await statusOf(new URL(`/${name}`, one.url), { headers: { cookie: one.cookie } }), name ? 400 : 403, `${name} without the key`);
  }
  assert.equal(await statusOf(new URL('nothing', one.url), { headers: { cookie: one.cookie } }), 404);
  assert.equal(await statusOf(new URL('../broker.js', one.url), { headers: { cookie: one.cookie } }), 400);
});

test('the cookie is for this path only, and no script reads it', { timeout }, async () => {
  const { headers } = await ask(await host.broker.inspect());
  const [cookie] = headers['set-cookie'];
  assert.match(cookie, /^portcullis-internals=[0-9a-f]{64}; Path=(\/[0-9a-f]{32}\/); HttpOnly; SameSite=Strict$/);
  assert.ok(cookie.includes(`Path=${headers.location};`));
});

test('a rebound name, another site and a request without the header are refused', { timeout }, async () => {
  const { url, cookie } = await enter(await host.broker.inspect());
  const own = new URL(url).origin;
  const { port } = new URL(url);
  const get = (headers) => statusOf(url, { headers: { cookie, ...headers } });
  for (const name of [`localhost:${port}`, `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${Number(port) ^ 1}`]) {
    assert.equal(await get({ host: name }), 403, name);
  }
  for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${Number(port) ^ 1}`]) {
    assert.equal(await get({ origin }), 403, origin);
  }
  for (const site of ['cross-site', 'same-site']) assert.equal(await get({ 'sec-fetch-site': site }), 403, site);
  for (const dest of ['iframe', 'frame', 'embed', 'object']) assert.equal(await get({ 'sec-fetch-dest': dest }), 403, dest);
  const post = (headers, name = 'stop?page=1') =>
    statusOf(new URL(name, url), { method: 'POST', headers: { cookie, ...headers } });
  assert.equal(await post({}), 403);
  assert.equal(await post({ origin: own }), 403);
  assert.equal(await post({ ...mark }), 403);
  assert.equal(await post({ ...mark, origin: 'https://evil.example' }), 403);
  assert.equal(await post({ ...mark, origin: own }), 404, 'no such page');
  assert.equal(await post({ ...mark, origin: own }, 'revoke?grant=1'), 404);
  assert.equal(await post({ ...mark, origin: own }, 'revoke?grant=x'), 400);
  assert.equal(await post({ ...mark, origin: own }, ''), 405);
  assert.equal(await statusOf(new URL('stop?page=1', url), { headers: { cookie } }), 404, 'GET does nothing');
});

test('who sends garbage, or only begins, takes nothing from others', { timeout }, async (t) => {
  const { url, cookie } = await enter(await host.broker.inspect());
  const { hostname, port } = new URL(url);
  const sockets = [];
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  for (let i = 0; i < 60; i++) {
    const socket = connect(Number(port), hostname);
    sockets.push(socket.on('error', () => {}));
    await once(socket, 'connect');
    socket.write(i % 2 ? 'GET / HTTP/1.1\r\nHost:' : '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n');
  }
  assert.equal(await statusOf(url, { headers: { cookie } }), 200);
});

test('windows that look are few, and one that does not read loses events only', { timeout }, async (t) => {
  const session = await enter(await host.broker.inspect());
  const { hostname, port, pathname } = new URL(session.url);
  const deaf = connect(Number(port), hostname);
  t.after(() => deaf.destroy());
  await once(deaf, 'connect');
  deaf.write(`GET ${pathname}feed HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: ${session.cookie}\r\n\r\n`);
  await once(deaf, 'data');
  deaf.pause();
  const feeds = [];
  t.after(() => Promise.all(feeds.map((feed) => feed.close())));
  for (let i = 0; i < 3; i++) feeds.push(await Feed.open(session));
  await assert.rejects(Feed.open(session), /503/);
  for (const feed of feeds) await feed.next('snapshot');
});

// A page of another port of the same address: the same site to the browser, so that SameSite alone
// would let it in. It even knows the whole address of the inspector's page.
async function visitHostilePage(t, browser, inspectorUrl) {
  const seen = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.cookie ?? '');
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>hostile</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => (server.closeAllConnections(), server.close()));
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}${new URL(inspectorUrl).pathname}`);
  return { page, seen };
}

// Runs in the hostile page.
async function tryEverything(url) {
  const outcome = (promise) => promise.then((value) => value, () => 'failed');
  const loads = (tag, name) => new Promise((done) => {
    const element = Object.assign(document.createElement(tag), { onload: () => done('loaded'), onerror: () => done('failed') });
    element[tag === 'link' ? 'href' : 'src'] = url + name;
    if (tag === 'link') element.rel = 'stylesheet';
    document.head.append(element);
  });
  const post = (options) => outcome(fetch(`${url}stop?page=1`, { method: 'POST', credentials: 'include', ...options }).then(({ type }) => type));
  return {
    read: await outcome(fetch(url, { credentials: 'include' }).then(({ type }) => type)),
    marked: await post({ headers: { 'x-portcullis': 'internals' } }),
    blind: await post({ mode: 'no-cors' }),
    script: await loads('script', 'make.js'),
    style: await loads('link', 'internals.css'),
    image: await loads('img', ''),
    events: await new Promise((done) => {
      const source = new EventSource(`${url}feed`, { withCredentials: true });
      source.onopen = () => done('open');
      source.onerror = () => done('failed');
    }),
  };
}

test('a hostile page on another port can neither read, frame, script nor steer it', { timeout, skip: !haveChromium }, async (t) => {
  const launched = await launchBrowser();
  t.after(() => launched.close());
  const ends = [];
  for (let i = 0; i < 2; i++) ends.push(await launched.pageEnd(host.server, 'portcullis'));
  await play('interop/scenarios/proof.js', ends);
  const inspector = await launched.newPage();
  await inspector.goto(await host.broker.inspect());
  await inspector.getByText('DTLS connected').first().waitFor();
  const url = inspector.url();
  assert.match(url, /\/[0-9a-f]{32}\/$/);

  const { page, seen } = await visitHostilePage(t, inspector.context(), url);
  assert.deepEqual(await page.evaluate(tryEverything, url), { read: 'failed', marked: 'failed', blind: 'failed',
    script: 'failed', style: 'failed', image: 'failed', events: 'failed' });

  await page.evaluate((src) => new Promise((done) => {
    document.body.append(Object.assign(document.createElement('iframe'), { src, onload: done }));
  }), url);
  const framed = page.frames().at(-1);
  assert.notEqual(new URL(framed.url()).origin, new URL(url).origin, 'it was framed');

  const [opened] = await Promise.all([page.context().waitForEvent('page'), page.evaluate((to) => void (globalThis.opened = open(to)), url)]);
  await opened.getByText('This is for the inspector\'s own page only.').waitFor();
  assert.equal(await page.evaluate(() => {
    try {
      return globalThis.opened.document.body.textContent;
    } catch {
      return 'closed to us';
    }
  }).catch(() => 'closed to us') ?? 'closed to us', 'closed to us');

  await inspector.getByText('Live', { exact: true }).waitFor();
  for (const { page: end } of ends) assert.equal(await end.evaluate(() => globalThis.end.env.state.pc.connectionState), 'connected');
  assert.equal(seen.filter((cookie) => cookie.includes('portcullis-internals')).length, 1,
    'the browser gives it to this path of any port: who knows the path, and only then');
});
