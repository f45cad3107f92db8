// The whole surface of core.wasm: what it wants from the page and what it gives, against the reviewed
// list of wasm/exports.txt. A new export is a new line there, and a reason in the commit.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadCore } from '../js/lib/core.js';

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url));
const bytes = read('build/wasm/core.wasm');
const module = new WebAssembly.Module(bytes);

// Emscripten's own, for the start of the module and calls with a stack; none reaches the core.
const runtime = [
  'memory', '_initialize', '__errno_location', '__indirect_function_table', 'stackAlloc', 'stackRestore', 'stackSave',
];

test('the module imports the notice of memory growth and nothing else', () => {
  assert.deepEqual(WebAssembly.Module.imports(module), [
    { module: 'env', name: 'emscripten_notify_memory_growth', kind: 'function' },
  ]);
});

test('the module exports what the reviewed list names', () => {
  const listed = read('wasm/exports.txt').toString().split('\n').filter((line) => /^[a-z]/.test(line));
  assert.deepEqual(listed, [...listed].sort(), 'wasm/exports.txt is sorted');
  const exported = WebAssembly.Module.exports(module).map(({ name }) => name);
  assert.deepEqual(exported.filter((name) => !runtime.includes(name)).sort(), listed);
});

test('every export is called by the page, by its name', () => {
  const source = read('js/lib/core.js').toString() + read('js/lib/negotiation.js').toString();
  const listed = read('wasm/exports.txt').toString().split('\n').filter(Boolean);
  const uncalled = listed.map((name) => name.replace(/^pcs_wasm_(negotiation_)?/, '')).filter((name) => !source.includes(`'${name}'`)
    && !source.includes(`'negotiation_${name}'`));
  assert.deepEqual(uncalled, []);
});

test('only js/lib/core.js knows WebAssembly', () => {
  const source = read('js/lib/negotiation.js').toString();
  assert.ok(!/WebAssembly|\.memory\b|\.buffer, offset/.test(source));
});

test('memory has a limit of its own', () => {
  // A maximum is the second number of a memory with flag 1: the section with id 5.
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  for (;;) {
    const id = bytes[at++];
    const length = number();
    if (id === 5) break;
    at += length;
    assert.ok(at < bytes.length, 'there is a memory');
  }
  assert.equal(number(), 1, 'one memory');
  assert.equal(number() & 1, 1, 'it has a maximum');
  number();
  assert.ok(number() * 65536 <= 256 * 1024 * 1024);
});

test('the core loads from bytes, a view, a response and a promise of one', async () => {
  const sources = [
    bytes, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    new Response(bytes), Promise.resolve(new Response(bytes, { headers: { 'content-type': 'text/plain' } })),
  ];
  for (const source of sources) {
    const core = await loadCore(source);
    assert.equal(core.parseIceServerUrl('stun:example.org').port, 3478);
  }
});
