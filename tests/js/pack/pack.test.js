// The packages as a user gets them: what lies in them, and that a project with nothing else makes calls
// as ESM and as CommonJS, compiles, and bundles for a page.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { platformPackage } from '../../../js/lib/host_program.js';
import { haveChromium, launchBrowser } from '../../interop/ends/browser.js';
import { call, program } from './call.js';
import { Project } from './project.js';

const tree = fileURLToPath(new URL('../../..', import.meta.url));
const exitMsMax = 1000;
let project;

before(async () => {
  project = await Project.create();
});
after(() => project?.remove());

function filesIn(folder, prefix = '') {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(folder, `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`]);
}

const main = () => project.path('node_modules/portcullis');
const host = () => project.path('node_modules', platformPackage());
const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
// The modules of js/lib change often; that they are those of the tree is another test.
const inLib = /^(js|build\/cjs)\/lib\//;

test('the packages contain what contents.txt lists, and no more', () => {
  const lines = (title, files) => [title, ...files.filter((file) => !inLib.test(file)).sort().map((file) => `  ${file}`)];
  const found = [...lines('portcullis', filesIn(main())), ...lines('@portcullis/host', filesIn(host()))];
  assert.deepEqual(found, readFileSync(new URL('contents.txt', import.meta.url), 'utf8').trimEnd().split('\n'));
});

test('every module of js/lib is packed, as it is and as CommonJS', () => {
  const modules = readdirSync(join(tree, 'js/lib')).sort();
  assert.deepEqual(readdirSync(join(main(), 'js/lib')).sort(), modules);
  assert.deepEqual(readdirSync(join(main(), 'build/cjs/lib')).sort(), modules);
});

test('the packages run nothing when they are installed and fit each other', () => {
  const mine = json(join(main(), 'package.json'));
  const programs = json(join(host(), 'package.json'));
  assert.equal(mine.scripts, undefined);
  assert.equal(programs.scripts, undefined);
  assert.equal(mine.dependencies, undefined);
  assert.equal(mine.overrides, undefined, 'overrides are for our own tests');
  assert.deepEqual(mine.optionalDependencies, { [programs.name]: mine.version });
  assert.equal(programs.version, mine.version);
  assert.deepEqual([programs.os, programs.cpu, programs.libc], [['linux'], [process.arch], ['glibc']]);
});

test('every path of the exports is there, with types before all else', () => {
  const check = (entry, at) => {
    if (typeof entry === 'string') {
      assert.ok(existsSync(join(main(), entry)), `${at}: ${entry}`);
      return;
    }
    const conditions = Object.keys(entry);
    if (conditions.includes('types')) assert.equal(conditions[0], 'types', at);
    for (const [condition, inner] of Object.entries(entry)) check(inner, `${at} ${condition}`);
  };
  for (const [door, entry] of Object.entries(json(join(main(), 'package.json')).exports)) check(entry, door);
});

test('the programs are stripped, can be run and come with their licences', () => {
  for (const name of ['portcullis-broker', 'portcullis-worker']) {
    const path = join(host(), 'bin', name);
    assert.equal(statSync(path).mode & 0o111, 0o111, name);
    assert.equal(readFileSync(path).includes('.symtab\0'), false, `${name} has its symbols`);
  }
  const notices = readFileSync(join(host(), 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  for (const part of ['boringssl 14', 'libsrtp2 2', 'usrsctp 0', 'libuv1 1', 'sqlite3 3', 'libseccomp 2', 'wslay 1', 'LESSER GENERAL PUBLIC']) {
    assert.ok(notices.includes(part), part);
  }
});

async function expectCall(file) {
  const { stdout, stderr } = await project.run(process.execPath, file);
  const [heard, ms] = stdout.trim().split('\n');
  assert.equal(heard, 'hello', stderr);
  assert.ok(Number(ms) <= exitMsMax, `the program ended ${ms} ms after close()`);
}

test('a module installs the globals and calls', () =>
  expectCall(project.write('esm.mjs', `
    import { connect, install } from 'portcullis';
    ${call}
    ${program}
    install(globalThis, await connect({ origin: 'https://app.example', loopback: true }));
    await report();
  `)));

test('a CommonJS program calls', () =>
  expectCall(project.write('cjs.cjs', `
    const { connect, install, RTCPeerConnection } = require('portcullis');
    if (require('portcullis/node').RTCPeerConnection !== RTCPeerConnection) throw new Error('two packages in one');
    ${call}
    ${program}
    connect({ origin: 'https://app.example', loopback: true }).then((session) => {
      install(globalThis, session);
      return report();
    });
  `)));

test('the polyfill gives both kinds of programs the globals', async () => {
  const ask = '{ const pc = new RTCPeerConnection(); console.log(pc.signalingState); pc.close(); }';
  const esm = project.write('polyfill.mjs', `import 'portcullis/polyfill'; ${ask}`);
  const cjs = project.write('polyfill.cjs', `require('portcullis/polyfill').ready.then(() => ${ask});`);
  for (const file of [esm, cjs]) assert.equal((await project.run(process.execPath, file)).stdout, 'stable\n', file);
});

for (const [moduleKind, resolution] of [['node16', 'node16'], ['esnext', 'bundler']]) {
  test(`TypeScript compiles against the package: moduleResolution ${resolution}`, async () => {
    const used = `
      const options: RTCConfiguration = { iceServers: [] };
      async function use(): Promise<number> {
        const session = await connect(CONNECT);
        install(globalThis, session);
        const pc: globalThis.RTCPeerConnection = new RTCPeerConnection(options);
        const channel = pc.createDataChannel('a', { ordered: false });
        channel.onmessage = ({ data }) => console.log(data);
        return channel.bufferedAmount;
      }
      void use;`;
    const node = used.replace('CONNECT', "{ origin: 'https://app.example' }");
    const page = used.replace('CONNECT', "{ url: 'ws://127.0.0.1:1/', token: '' }");
    const imports = (door) => `import { connect, install, RTCPeerConnection } from '${door}';`;
    const files = [
      project.write('node.mts', `${imports('portcullis/node')} import { serveFrames } from 'portcullis/electron/main';
        import { ready } from 'portcullis/polyfill'; ${node} void serveFrames; void ready;`),
      project.write('root.mts', `${imports('portcullis')} import wasm from 'portcullis/wasm';
        ${resolution === 'bundler' ? page : node} void wasm;`),
    ];
    if (resolution !== 'bundler') {
      files.push(project.write('node.cts', `import door = require('portcullis'); const { connect, install, RTCPeerConnection } = door; ${node}`));
    }
    const tsc = join(tree, 'node_modules/typescript/bin/tsc');
    const compilerOptions = { noEmit: true, strict: true, skipDefaultLibCheck: true, target: 'es2022', lib: ['es2022'], types: [],
      module: moduleKind, moduleResolution: resolution };
    const config = project.write(`tsconfig.${resolution}.json`, JSON.stringify({ compilerOptions, files }));
    await project.run(process.execPath, tsc, '-p', config).catch(({ stdout }) => assert.fail(stdout));
  });
}

async function bundle() {
  const source = project.write('page.js', `
    import { connect, install } from 'portcullis';
    import wasm from 'portcullis/wasm';
    ${call}
    export async function open(given) {
      const { RTCPeerConnection: native } = globalThis;
      const session = await connect({ ...given, wasm });
      install(globalThis, session);
      const heard = await call(globalThis);
      return [heard, RTCPeerConnection === native];
    }
  `);
  return build({ entryPoints: [source], outdir: project.path('out'), bundle: true, format: 'esm', metafile: true,
    platform: 'browser', loader: { '.wasm': 'file' }, absWorkingDir: project.folder, logLevel: 'silent' });
}

test('esbuild bundles a page, and core.wasm as its asset', async () => {
  const inputs = Object.keys((await bundle()).metafile.inputs);
  assert.ok(inputs.some((path) => path.endsWith('js/browser.js')), 'the browser condition');
  assert.deepEqual(inputs.filter((path) => /node\.js$|host_process|build\/cjs/.test(path)), [], 'what no page needs');
  const [asset] = readdirSync(project.path('out')).filter((name) => /^core-.*\.wasm$/.test(name));
  assert.deepEqual(readFileSync(project.path('out', asset)), readFileSync(join(tree, 'build/wasm/core.wasm')));
});

test('a page calls in Chromium, bundled and as the package lies in node_modules', { skip: haveChromium ? false : 'Chromium is not installed' }, async (t) => {
  await bundle();
  const types = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
  const server = createServer(({ url }, response) => {
    const path = project.path(url.startsWith('/node_modules/') ? '.' : 'out', `.${url}`);
    const isFile = extname(url) !== '' && existsSync(path);
    response.writeHead(isFile || url === '/' ? 200 : 404, { 'content-type': types[extname(url)] ?? 'text/html' });
    response.end(isFile ? readFileSync(path) : '');
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { startBroker } = await import(pathToFileURL(join(main(), 'js/node.js')));
  const broker = await startBroker({ loopback: true });
  const browser = await launchBrowser();
  t.after(() => Promise.all([browser.close(), broker.close(), server.close(), server.closeAllConnections()]));
  const origin = `http://127.0.0.1:${server.address().port}`;
  await broker.allow(origin);
  const page = await browser.newPage();
  await page.goto(`${origin}/`);
  const given = { url: broker.url, token: await broker.token(origin) };
  const open = async (one) => (await import('/page.js')).open(one);
  assert.deepEqual(await page.evaluate(open, given), ['hello', false]);
  const plain = async (one) => (await (await import('/node_modules/portcullis/js/browser.js')).connect(one)).isClosed;
  assert.equal(await page.evaluate(plain, { url: broker.url, token: await broker.token(origin) }), false);
});
