// The WebKitGTK shell for tests: sites that serve one page and hear what it says, and the program on a
// display of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { buildWebKit } from '../../js/pack/webkit.js';
import { missingForDisplay } from '../host/window/display.js';
import { within } from '../host/page.js';
import { programPath } from '../interop/host.js';

const program = programPath('portcullis-shell');
/** Why the tests of the shell cannot run here; false when they can. */
export const missingShell = () => (existsSync(program) ? missingForDisplay() : 'WebKitGTK is not installed: there is no portcullis-shell');

// The policy allows what a page with WebAssembly needs, and no connection but to its own server.
const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; connect-src 'self'; frame-src *" };

/** A site serves one page and hears what it says. */
export async function site(t, pageOf) {
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
  const wait = async (text) => {
    while (!heard.includes(text)) await new Promise((done) => (wake = done));
  };
  const hears = async (text) => {
    try {
      await within(wait(text), text, 30_000);
    } catch (error) {
      throw new Error(`a page did not say "${text}" but ${JSON.stringify(heard)}`, { cause: error });
    }
  };
  return { port: server.address().port, heard, hears };
}

let scripts;

/** Shows an address on the display; more: words for the shell's command line. */
export async function openShell(t, display, address, more = []) {
  scripts ??= buildWebKit();
  const options = ['--scripts', await scripts, '--broker', programPath('portcullis-broker'), '--broker-argument=--loopback', ...more, address];
  const env = { ...display.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', WEBKIT_DISABLE_DMABUF_RENDERER: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1' };
  const shell = spawn(program, options, { env, stdio: 'ignore' });
  t.after(async () => {
    if (shell.exitCode === null && shell.signalCode === null) {
      shell.kill();
      await once(shell, 'exit');
    }
  });
  return shell;
}
