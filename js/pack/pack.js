// npm run pack: the packages as they would be published, from a tree that is built (./bootstrap build), into
// build/pack/*.tgz. What main() prints is what it made; nothing is sent anywhere.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspectorFiles } from '../lib/inspector_files.js';
import { stageHost } from './host_package.js';
import { buildCommonJs } from './javascript.js';
import { mainNotices } from './notices.js';
import { buildWebKit } from './webkit.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'build/release');
const documents = ['LICENSE', 'README.md', 'CHANGELOG.md', 'SECURITY.md'];
// Of a manifest, what only means something in the tree.
const ofTheTree = ['private', 'scripts', 'devDependencies', 'overrides', 'exports'];

// pack makes both packages below out and resolves with their tarballs: { main, host }.
export async function pack(out = join(root, 'build/pack')) {
  for (const needed of ['build/release/portcullis-broker', 'build/wasm/core.wasm', 'js/lib/names.js']) {
    if (!existsSync(join(root, needed))) throw new Error(`${needed} is not there: run ./bootstrap build`);
  }
  const staging = join(out, 'staging');
  rmSync(out, { recursive: true, force: true });
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
  const host = stageHost({ folder: join(staging, 'host'), built, version: manifest.version, licence });
  await stageMain(join(staging, 'main'), manifest, host);
  return { main: tarball(join(staging, 'main'), out), host: tarball(join(staging, 'host'), out) };
}

async function stageMain(folder, manifest, host) {
  mkdirSync(join(folder, 'js'), { recursive: true });
  for (const name of readdirSync(join(root, 'js')).filter((one) => one !== 'pack')) {
    cpSync(join(root, 'js', name), join(folder, 'js', name), { recursive: true });
  }
  cpSync(join(root, 'build/wasm/core.wasm'), join(folder, 'build/wasm/core.wasm'));
  await buildCommonJs(join(folder, 'build/cjs'));
  await buildWebKit(join(folder, 'build/webkit'));
  cpSync(inspectorFiles(), join(folder, 'build/internals'), { recursive: true });
  for (const name of documents) cpSync(join(root, name), join(folder, name));
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), mainNotices());
  const kept = Object.fromEntries(Object.entries(manifest).filter(([key]) => !ofTheTree.includes(key)));
  const published = { ...kept, sideEffects: ['./js/polyfill*.js', './build/cjs/polyfill*.js'], exports: manifest.exports,
    optionalDependencies: { [host.name]: host.version } };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
}

// tarball packs a folder as npm does, and gives the file's path.
function tarball(folder, out) {
  const printed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', out, folder],
    { cwd: out, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const report = JSON.parse(printed);
  const { filename } = Array.isArray(report) ? report[0] : Object.values(report)[0];
  return join(out, filename.replace(/^@/, '').replace('/', '-'));
}

// The tree's own doors are built too, so that what is required from the tree is what is packed.
async function main() {
  await buildCommonJs(join(root, 'build/cjs'));
  await buildWebKit();
  for (const path of Object.values(await pack())) {
    console.log(`${path.slice(root.length)}  ${Math.ceil(statSync(path).size / 1024)} KB`);
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
