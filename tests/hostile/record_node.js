// Preloaded (--import) into a Node program whose evidence is wanted: records what its sockets carry
// and keeps its WASM memories; on the message { takeEvidence: prefix } writes them and its heap.
import { createWriteStream, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { writeHeapSnapshot } from 'node:v8';
import { heapStrings } from './heap_strings.js';

const prefix = process.env.PORTCULLIS_EVIDENCE;
const link = createWriteStream(`${prefix}-link`);
const memories = [];

for (const name of ['write', 'push']) {
  const real = Socket.prototype[name];
  Socket.prototype[name] = function record(chunk, ...rest) {
    if (chunk instanceof Uint8Array && chunk.length > 0) link.write(Buffer.from(chunk));
    return real.call(this, chunk, ...rest);
  };
}

const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = async (...args) => {
  const result = await instantiate.apply(WebAssembly, args);
  const { exports } = result.instance ?? result;
  memories.push(...Object.values(exports).filter((value) => value instanceof WebAssembly.Memory));
  return result;
};

process.on('message', async ({ takeEvidence }) => {
  if (!takeEvidence) return;
  memories.forEach(({ buffer }, i) => writeFileSync(`${prefix}-wasm-${i}`, new Uint8Array(buffer)));
  const snapshot = writeHeapSnapshot(`${prefix}.heapsnapshot`);
  writeFileSync(`${prefix}-heap`, heapStrings(readFileSync(snapshot, 'utf8')));
  unlinkSync(snapshot);
  await new Promise((done) => link.end(done));
  process.send({ id: 'evidence', value: memories.length });
});
