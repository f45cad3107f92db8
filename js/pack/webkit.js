// The two scripts of a WebKitGTK shell, each one file without imports: build/webkit/page.js, which has
// core.wasm inside, and build/webkit/relay.js.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { coreInside } from './core_inside.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

// buildWebKit writes both scripts into the folder out, and gives it.
export async function buildWebKit(out = join(root, 'build/webkit')) {
  await build({
    entryPoints: ['page.js', 'relay.js'].map((name) => join(root, 'js/webkit', name)),
    outdir: out,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: ['safari16.4'],
    charset: 'utf8',
    logLevel: 'error',
    plugins: [coreInside],
  });
  return out;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildWebKit();
