// The demo's server gives nothing to those it is not for: files outside its folders, tokens to other
// sites or by GET, answers to a rebound name, a third seat in a room.
import test from 'node:test';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { serve } from '../../demo/server.js';

let server;
let tokens = 0;

test.before(async () => {
  server = await serve({ token: async () => ({ url: 'ws://127.0.0.1:1/', token: String(tokens++) }),
    posts: { '/echo': (body) => ({ body }) }, framed: '/demo/attack/' });
});
test.after(() => server.close());

// ask sends one request just as it is told, where fetch would tidy path and headers up.
async function ask(method, path, headers = {}, body = '') {
  const { port } = new URL(server.origin);
  const sent = request({ host: '127.0.0.1', port, method, path, headers });
  sent.end(body);
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, headers: response.headers, response };
}

const own = () => ({ origin: server.origin });

test('only files of its folders are served, with their types', async () => {
  for (const [path, type] of [['/demo/chat/', 'text/html'], ['/js/browser.js', 'text/javascript'],
    ['/build/wasm/core.wasm', 'application/wasm'], ['/demo/chat/chat.css', 'text/css']]) {
    const { status, headers } = await ask('GET', path);
    assert.equal(status, 200, path);
    assert.ok(headers['content-type'].startsWith(type), `${path}: ${headers['content-type']}`);
    assert.match(headers['content-security-policy'], /default-src 'none'/);
  }
  for (const path of ['/package.json', '/demo/../package.json', '/demo/%2e%2e/package.json', '/js/..%2fpackage.json',
    '//etc/passwd', '/demo/chat/%00', '/demo/chat', '/.git/config', '/host/README.md']) {
    assert.notEqual((await ask('GET', path)).status, 200, path);
  }
});

test('a token is given by POST to the own origin only', async () => {
  assert.equal((await ask('POST', '/token', own())).status, 200);
  assert.equal((await ask('POST', '/token')).status, 403);
  assert.equal((await ask('POST', '/token', { origin: 'null' })).status, 403);
  assert.equal((await ask('POST', '/token', { origin: 'https://evil.example' })).status, 403);
  assert.equal((await ask('GET', '/token', own())).status, 404);
  assert.equal(tokens, 1);
});

test('what a demo adds is asked by POST, by the own origin only', async () => {
  const { response } = await ask('POST', '/echo', own(), '{"a":1}');
  assert.equal(await text(response), '{"body":{"a":1}}');
  assert.equal((await ask('POST', '/echo', { origin: 'https://evil.example' }, '{}')).status, 403);
  assert.equal((await ask('POST', '/toString', own(), '{}')).status, 404);
  assert.notEqual((await ask('GET', '/echo', own())).status, 200);
});

test('no page but those that may be framed is, and those by this machine only', async () => {
  const policyOf = async (path) => (await ask('GET', path)).headers['content-security-policy'];
  assert.match(await policyOf('/demo/chat/'), /frame-ancestors 'none'/);
  assert.match(await policyOf('/demo/attack/'), /frame-ancestors http:\/\/127\.0\.0\.1:\*;/);
});

test('a name rebound to loopback gets no answer', async () => {
  assert.equal((await ask('GET', '/demo/chat/', { host: 'evil.example' })).status, 421);
  assert.equal((await ask('POST', '/token', { ...own(), host: 'evil.example' })).status, 421);
});

test('a room has two seats, and what one says the other hears', async (t) => {
  const seats = [await sit(t, '/rooms/one'), await sit(t, '/rooms/one')];
  assert.equal((await ask('GET', '/rooms/one')).status, 409);
  assert.deepEqual([await seats[0].next(), await seats[1].next()],
    [{ event: 'together', data: { offers: true } }, { event: 'together', data: { offers: false } }]);
  assert.equal((await ask('POST', `/rooms/one?seat=${seats[0].seat}`, own(), '{"hello":1}')).status, 204);
  assert.deepEqual(await seats[1].next(), { event: 'message', data: { hello: 1 } });
  assert.equal((await ask('POST', '/rooms/one?seat=guess', own(), '{}')).status, 404);
  assert.equal((await ask('POST', `/rooms/two?seat=${seats[0].seat}`, own(), '{}')).status, 404);
  assert.equal((await ask('POST', `/rooms/one?seat=${seats[0].seat}`, own(), `"${'x'.repeat(70000)}"`)).status, 413);
  seats[1].leave();
  assert.deepEqual(await seats[0].next(), { event: 'alone', data: {} });
});

// sit takes a seat; next resolves with the events after the first, in order.
async function sit(t, path) {
  const { response } = await ask('GET', path);
  t.after(() => response.destroy());
  const events = parts(response.setEncoding('utf8'));
  const { data: { seat } } = (await events.next()).value;
  return { seat, next: async () => (await events.next()).value, leave: () => response.destroy() };
}

async function* parts(stream) {
  let text = '';
  for await (const chunk of stream) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end));
      text = text.slice(end + 2);
      yield { event, data: JSON.parse(data) };
    }
  }
}
