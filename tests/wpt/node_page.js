// node tests/wpt/node_page.js ADDRESS, started by node.js: runs the scripts of one page of the suite
// in this process, with the package's interfaces as globals, and tells its parent what came of each.
import vm from 'node:vm';
import { connect, install } from '../../js/node.js';

const address = new URL(process.argv[2]);
const tell = (message) => process.send(message);

process.on('uncaughtException', (error) => tell({ failed: String(error?.stack ?? error) }));
process.on('unhandledRejection', (error) => tell({ failed: String(error?.stack ?? error) }));

install(globalThis, await connect({ origin: address.origin, loopback: true }));
Object.assign(globalThis, { self: globalThis, window: globalThis, location: address });
const fetchOf = globalThis.fetch;
globalThis.fetch = (path, init) => fetchOf(new URL(path, address), init);

// A shell's harness would end with the first test: it is told when the scripts have run, unless the
// page says itself when it is done.
const html = await textOf(address);
const endsItself = /explicit_done: *true/.test(html);

for (const script of scriptsOf(html)) {
  const { source, filename } = script.src ? { source: await textOf(new URL(script.src, address)), filename: script.src }
    : { source: script.text, filename: address.pathname };
  if (!/testharnessreport\.js$/.test(script.src ?? '')) vm.runInThisContext(source, { filename });
  if (/testharness\.js$/.test(script.src ?? '')) listen();
}
if (!endsItself) globalThis.done();

function listen() {
  const { add_result_callback: onResult, add_completion_callback: onDone } = globalThis;
  globalThis.setup({ explicit_done: true });
  onResult(({ name, status, message }) => tell({ test: { name, status, message } }));
  onDone((_, { status, message }) => tell({ done: { status, message } }));
}

function scriptsOf(html) {
  const scripts = [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)];
  return scripts.map(([, attributes, text]) => ({ src: /\bsrc=["']?([^"'\s>]+)/.exec(attributes)?.[1], text }));
}

async function textOf(url) {
  const response = await fetchOf(url);
  return response.ok ? response.text() : ''; // a page goes on without a script that is not there
}
