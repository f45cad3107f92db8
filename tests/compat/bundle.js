// Bundles what a page needs of a library, as a site would, into build/compat.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/* Its package has a bundle of its own for pages; the other file is for Node and old bundlers. */
const simplePeer = {
  name: 'simple-peer for pages',
  setup: ({ onResolve, resolve }) => onResolve({ filter: /^simple-peer$/ }, ({ path: name, ...from }) =>
    resolve(`${name}/simplepeer.min.js`, { resolveDir: from.resolveDir, kind: from.kind })),
};

// bundle resolves with the module of a library for a page, relative to tests/ as a scenario's is.
export async function bundle(library) {
  await build({
    entryPoints: [path(`libraries/${library}.js`)],
    outfile: path(`../../build/compat/${library}.js`),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
    define: { global: 'globalThis', 'process.env.NODE_ENV': '"production"' },
    plugins: [simplePeer],
    external: ['ws', 'node:module'], /* only Node's half asks for them */
  });
  return `../build/compat/${library}.js`;
}
