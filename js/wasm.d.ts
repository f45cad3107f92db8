/** The address of core.wasm, as a bundler gives it for an asset (esbuild's loader `file`, `?url`). */
declare const address: string;
export default address;
