// Everything that an end could see, written to files: every byte that crossed its link, its whole
// WASM memory, its JavaScript heap and what it printed. And the search of those files for secrets.
import { execFile } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { heapStrings } from './heap_strings.js';
import { programPath } from '../interop/host.js';

const megabyte = 1 << 20;

// A folder of evidence and the secrets that a test worker told of.
export class Evidence {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-evidence-'));
  secretsFile = join(this.folder, 'secrets');
  #files = [];

  path(name) {
    const path = join(this.folder, name);
    if (!this.#files.includes(path)) this.#files.push(path);
    return path;
  }

  // scan resolves with { windows, secrets, found: ["KIND LENGTH in FILE as FORM"] }.
  async scan() {
    const { stdout } = await promisify(execFile)(programPath('portcullis-scan'), [this.secretsFile, ...this.#files],
      { maxBuffer: 64 * megabyte });
    const lines = stdout.trim().split('\n');
    const [, windows, secrets] = /^scanned (\d+) windows for (\d+) secrets/.exec(lines.pop());
    const found = lines.map((line) => line.replace('found ', '').replace(`${this.folder}/`, ''));
    return { windows: Number(windows), secrets: Number(secrets), found };
  }

  remove() {
    rmSync(this.folder, { recursive: true });
  }
}

// PageRecorder watches one page from before its first script until take() by the browser's own
// means, so nothing that our JavaScript does can hide a byte from it.
export class PageRecorder {
  #evidence;
  #name;
  #page = null;
  #devtools = null;
  #frames;
  #text;
  frameBytes = 0;

  constructor(evidence, name) {
    this.#evidence = evidence;
    this.#name = name;
    this.#frames = createWriteStream(evidence.path(`${name}-link`));
    this.#text = createWriteStream(evidence.path(`${name}-text`));
  }

  // attach is for PageEnd.open's prepare.
  async attach(page) {
    this.#page = page;
    await page.addInitScript(keepWasmMemories);
    page.on('console', (message) => this.#text.write(`${message.text()}\n`));
    page.on('pageerror', (error) => this.#text.write(`${error.stack}\n`));
    page.on('response', async (response) => this.#text.write(await response.body().catch(() => '')));
    this.#devtools = await page.context().newCDPSession(page);
    await this.#devtools.send('Network.enable');
    for (const name of ['webSocketFrameSent', 'webSocketFrameReceived']) {
      this.#devtools.on(`Network.${name}`, ({ response }) => this.#frame(response));
    }
    for (const name of ['webSocketWillSendHandshakeRequest', 'webSocketHandshakeResponseReceived']) {
      this.#devtools.on(`Network.${name}`, (event) => this.#text.write(`${JSON.stringify(event)}\n`));
    }
  }

  #frame({ opcode, payloadData }) {
    const bytes = Buffer.from(payloadData, opcode === 1 ? 'utf8' : 'base64');
    this.frameBytes += bytes.length;
    this.#frames.write(bytes);
  }

  // take writes the memory and the heap as they are now, and closes the recording.
  async take() {
    const memories = await this.#page.evaluate(readWasmMemories);
    if (memories.length === 0) throw new Error('the page has no WASM memory to look at');
    memories.forEach((memory, i) => writeFileSync(this.#evidence.path(`${this.#name}-wasm-${i}`), Buffer.from(memory, 'base64')));
    writeFileSync(this.#evidence.path(`${this.#name}-heap`), await this.#heapStrings());
    await Promise.all([this.#frames, this.#text].map((stream) => new Promise((done) => stream.end(done))));
  }

  async #heapStrings() {
    const chunks = [];
    this.#devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
    await this.#devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false, exposeNumericValues: true });
    return heapStrings(chunks.join(''));
  }
}

// NodeRecorder does the same to a Node end, from inside it (record_node.js).
export class NodeRecorder {
  #evidence;
  #name;

  constructor(evidence, name) {
    this.#evidence = evidence;
    this.#name = name;
  }

  // options is for NodeEnd.open.
  get options() {
    return { execArgv: ['--import', new URL('record_node.js', import.meta.url).href],
      env: { PORTCULLIS_EVIDENCE: join(this.#evidence.folder, this.#name) } };
  }

  async take(end) {
    const memories = await end.takeEvidence();
    if (memories === 0) throw new Error('the program has no WASM memory to look at');
    for (let i = 0; i < memories; i++) this.#evidence.path(`${this.#name}-wasm-${i}`);
    for (const kind of ['link', 'heap']) this.#evidence.path(`${this.#name}-${kind}`);
  }
}

// The next two run in the page.
function keepWasmMemories() {
  const memories = (globalThis.wasmMemories = []);
  const keep = (exports) => {
    for (const value of Object.values(exports)) if (value instanceof WebAssembly.Memory) memories.push(value);
  };
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const real = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const result = await real.apply(WebAssembly, args);
      keep((result.instance ?? result).exports);
      return result;
    };
  }
  WebAssembly.Instance = class extends WebAssembly.Instance {
    constructor(...args) {
      super(...args);
      keep(this.exports);
    }
  };
}

function readWasmMemories() {
  return Promise.all(globalThis.wasmMemories.map(async ({ buffer }) => {
    const reader = new FileReader();
    const read = new Promise((done) => reader.addEventListener('load', done, { once: true }));
    reader.readAsDataURL(new Blob([buffer]));
    await read;
    return reader.result.slice(reader.result.indexOf(',') + 1);
  }));
}
