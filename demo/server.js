// The demo's page server and signalling server in one screen: files, tokens and rooms, on loopback
// only and without a dependency. A room is two seats; what one posts the other hears (SSE).
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript',
  '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json' };
const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer', 'content-security-policy': "default-src 'none'; base-uri 'none'; "
    + "script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
    + "form-action 'none'; connect-src 'self' ws://127.0.0.1:*" };
const messageBytesMax = 65536;

// serve listens on a free loopback port. folders: what below the project may be read. token: async
// (origin) => { url, token }, asked by POST only, so that no link or image can take one (X32).
export async function serve({ folders = ['js', 'build/wasm', 'demo', 'node_modules/@noble/hashes'], home = '/demo/',
  token, port = 0 }) {
  const rooms = new Map();
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.headersSent || reply(response, 500));
  });
  await new Promise((done, failed) => server.listen(port, '127.0.0.1', done).on('error', failed));
  const origin = `http://127.0.0.1:${server.address().port}`;

  async function answer(request, response) {
    const url = new URL(request.url, origin);
    if (request.headers.host !== url.host) return reply(response, 421);
    if (request.method === 'GET' && url.pathname === '/') {
      return response.writeHead(302, { location: home }).end();
    }
    if (request.method === 'GET' && url.pathname.startsWith('/rooms/')) return sit(url, response);
    if (request.method === 'GET') return file(url, response);
    if (request.method !== 'POST' || request.headers.origin !== origin) return reply(response, 403);
    if (url.pathname === '/token') return reply(response, 200, JSON.stringify(await token(origin)));
    return say(url, request, response);
  }

  async function file(url, response) {
    const path = join(root, decodeURIComponent(url.pathname), url.pathname.endsWith('/') ? 'index.html' : '');
    const real = await realpath(path).catch(() => '');
    if (!folders.some((folder) => real.startsWith(join(root, folder) + sep))) return reply(response, 404);
    const body = await readFile(real).catch(() => null);
    return body ? reply(response, 200, body, types[extname(real)]) : reply(response, 404);
  }

  function sit(url, response) {
    const room = rooms.get(url.pathname) ?? new Map();
    if (room.size === 2) return reply(response, 409);
    const seat = randomBytes(16).toString('hex');
    rooms.set(url.pathname, room.set(seat, response));
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
    tell(response, 'seat', { seat });
    if (room.size === 2) [...room.values()].forEach((each, i) => tell(each, 'together', { offers: i === 0 }));
    response.on('close', () => {
      room.delete(seat);
      if (room.size === 0) rooms.delete(url.pathname);
      for (const each of room.values()) tell(each, 'alone', {});
    });
  }

  async function say(url, request, response) {
    const room = rooms.get(url.pathname);
    const seat = url.searchParams.get('seat');
    if (!room?.has(seat)) return reply(response, 404);
    let body = '';
    for await (const part of request.setEncoding('utf8')) {
      if ((body += part).length > messageBytesMax) return reply(response, 413);
    }
    const message = JSON.parse(body);
    for (const [each, stream] of room) if (each !== seat) tell(stream, 'message', message);
    return reply(response, 204);
  }

  const close = () => (server.closeAllConnections(), new Promise((done) => server.close(done)));
  return { origin, close };
}

function tell(stream, event, data) {
  stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function reply(response, status, body = '', type = 'text/plain') {
  response.writeHead(status, { ...headers, 'content-type': `${type}; charset=utf-8` }).end(body);
}
