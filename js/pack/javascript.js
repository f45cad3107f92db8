// What of the package's JavaScript is built: the CommonJS doors, file by file, and Electron's preload as
// one file of its own.
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { coreInside } from './core_inside.js';

const js = fileURLToPath(new URL('..', import.meta.url));
const target = ['es2022'];
const electron = 'electron';
// Not CommonJS's: it waits at the top of a module.
const modulesOnly = ['polyfill.js'];
const notDoors = ['page.js', 'preload.js'];

function filesOf(folder, ending) {
  return readdirSync(join(js, folder)).filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

// buildCommonJs writes every module of js/ into out as CommonJS, one file for one file, so that all
// doors of a program share their state as they do as modules.
export async function buildCommonJs(out) {
  const sources = [
    ...filesOf('.', '.js').filter((name) => !modulesOnly.includes(name)),
    ...filesOf('lib', '.js'),
    ...filesOf(electron, '.js').filter((name) => !notDoors.some((one) => name.endsWith(`/${one}`))),
  ];
  await Promise.all(sources.map((source) => commonJs(source, join(out, source))));
  for (const source of ['.', electron].flatMap((folder) => filesOf(folder, '.d.ts'))) {
    mkdirSync(dirname(join(out, source)), { recursive: true });
    cpSync(join(js, source), join(out, source));
  }
  await buildPreload(join(out, electron, 'preload.js'));
  writeFileSync(join(out, 'package.json'), '{ "type": "commonjs" }\n');
}

// A file finds its neighbours (core.wasm, the programs) by the address of the module it was made from.
async function commonJs(source, outfile) {
  const original = `${'../'.repeat(source.split('/').length + 1)}js/${source}`;
  await build({
    entryPoints: [join(js, source)],
    outfile,
    format: 'cjs',
    platform: 'node',
    target,
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: `const importMetaUrl = require('node:url').pathToFileURL(require('node:path').join(__dirname, '${original}')).href;` },
    logLevel: 'error',
  });
}

// buildPreload makes the sandboxed preload: it may require nothing but electron, and what runs in the
// page's world must be one function whose text is all it needs.
async function buildPreload(outfile) {
  const page = await build({
    entryPoints: [join(js, electron, 'page.js')],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target,
    charset: 'utf8',
    logLevel: 'error',
    plugins: [coreInside],
  });
  const contents = `export function page() {\n${page.outputFiles[0].text}}\n`;
  await build({
    entryPoints: [join(js, electron, 'preload.js')],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'browser',
    target,
    charset: 'utf8',
    external: ['electron'],
    logLevel: 'error',
    plugins: [{
      name: 'the page as a function',
      setup(builder) {
        builder.onResolve({ filter: /^portcullis:page$/ }, ({ path }) => ({ path, namespace: 'page' }));
        builder.onLoad({ filter: /./, namespace: 'page' }, () => ({ contents, loader: 'js' }));
      },
    }],
  });
}
