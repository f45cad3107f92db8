// For scripts that must be one file and work at once: core.wasm's bytes, as the module 'portcullis:wasm'.
import { readFileSync } from 'node:fs';

const core = new URL('../../build/wasm/core.wasm', import.meta.url);

/** A plugin of esbuild. */
export const coreInside = {
  name: 'core.wasm inside',
  setup(builder) {
    builder.onResolve({ filter: /^portcullis:wasm$/ }, ({ path }) => ({ path, namespace: 'wasm' }));
    builder.onLoad({ filter: /./, namespace: 'wasm' }, () => ({ contents: readFileSync(core), loader: 'binary' }));
  },
};
