// Serves a directory of web-platform-tests on a free loopback port, by the conventions of that
// suite: .window.js and .any.js get their page, .https. files need no TLS on a loopback address, and
// WebIDLParser.js is an alias. With a broker, every page gets our implementation before its own
// first script: the rest of the page is sent when the bootstrap at its top has installed it.
import { createServer } from 'node:http';
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css',
  '.json': 'application/json', '.wasm': 'application/wasm', '.idl': 'text/plain', '.svg': 'image/svg+xml' };
const aliases = { '/resources/WebIDLParser.js': '/resources/webidl2/lib/webidl2.js' };
const own = '/.portcullis/'; // the paths that are not the suite's
const ownFiles = { 'bootstrap.js': 'tests/wpt/bootstrap.js', 'core.wasm': 'build/wasm/core.wasm' };
const report = `add_completion_callback((tests, status) => globalThis.portcullisReport?.({
  status: status.status, message: status.message,
  tests: tests.map(({ name, status, message }) => ({ name, status, message })) }));\n`;

// The part of the harness that each browser brings itself: camera and microphone are granted already.
const vendor = 'window.test_driver_internal.set_permission = async () => {};\n';
const harness = { '/resources/testharnessreport.js': report, '/resources/testdriver-vendor.js': vendor };

// serveSuite: folder is the suite's. broker: of host_process.js, or null for the browser's own WebRTC.
export async function serveSuite({ folder, broker = null }) {
  const suite = await realpath(folder);
  const held = new Map(); // page -> sends the rest of it
  let pages = 0;
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => (response.headersSent ? response.destroy(error) : reply(response, 500)));
  });
  await new Promise((done, failed) => server.listen(0, '127.0.0.1', done).on('error', failed));
  const { port } = server.address();
  const origin = `http://localhost:${port}`;
  await broker?.allow(origin);

  async function answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, origin);
    if (pathname.startsWith(own)) return ownPath(pathname.slice(own.length), searchParams, response);
    if (harness[pathname]) return reply(response, 200, harness[pathname], types['.js']);
    const path = decodeURIComponent(aliases[pathname] ?? pathname);
    const wrapped = /^(.*\.(?:window|any))\.html$/.exec(path);
    if (wrapped) return page(response, wrapperOf(`${wrapped[1]}.js`, await suiteFile(`${wrapped[1]}.js`)));
    const body = await suiteFile(path);
    if (body === null) return reply(response, 404);
    if (extname(path) === '.html') return page(response, body.toString());
    return reply(response, 200, body, types[extname(path)]);
  }

  function suiteFile(path) {
    return readBelow(suite, path);
  }

  async function ownPath(path, params, response) {
    if (path === 'ready') {
      held.get(params.get('page'))?.();
      return reply(response, 204);
    }
    if (path === 'session') {
      return reply(response, 200, JSON.stringify({ url: broker.url, token: await broker.token(origin) }), types['.json']);
    }
    const body = path.startsWith('js/') ? await readBelow(root, path) : await readBelow(root, ownFiles[path] ?? '');
    return body ? reply(response, 200, body, types[extname(path)]) : reply(response, 404);
  }

  // page sends html: at once, or what must come first and the rest when that is done.
  function page(response, html) {
    if (!broker) return reply(response, 200, html, types['.html']);
    const number = String((pages += 1));
    const [doctype] = /^\s*(?:<!doctype[^>]*>)?/i.exec(html);
    response.writeHead(200, headersOf(types['.html']));
    response.write(`${doctype}<script type="module" async src="${own}bootstrap.js?page=${number}"></script>`);
    held.set(number, () => {
      held.delete(number);
      response.end(html.slice(doctype.length));
    });
    response.on('close', () => held.delete(number));
    return undefined;
  }

  const close = () => (server.closeAllConnections(), new Promise((done) => server.close(done)));
  return { origin, close };
}

// pathOf gives the address of the page of a test file.
export function pathOf(file) {
  return `/${file.replace(/\.(window|any)\.js$/, '.$1.html')}`;
}

// wrapperOf is the page of a test that is a script alone.
export function wrapperOf(path, script) {
  const meta = [...script.toString().matchAll(/^\/\/ META: (\w+)=(.*)$/gm)].map(([, key, value]) => [key, value.trim()]);
  const scripts = meta.filter(([key]) => key === 'script').map(([, value]) => `<script src="${value}"></script>`);
  const isLong = meta.some(([key, value]) => key === 'timeout' && value === 'long');
  return `<!doctype html><meta charset=utf-8>${isLong ? '<meta name="timeout" content="long">' : ''}
<script src="/resources/testharness.js"></script><script src="/resources/testharnessreport.js"></script>
${scripts.join('\n')}<div id=log></div><script src="${path}"></script>\n`;
}

async function readBelow(folder, path) {
  const real = await realpath(join(folder, path)).catch(() => '');
  if (!real.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return null;
  return readFile(real).catch(() => null);
}

function headersOf(type) {
  return { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
}

function reply(response, status, body = '', type = 'text/plain') {
  response.writeHead(status, headersOf(type)).end(body);
}
