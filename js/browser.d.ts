import type { Session } from './index.js';

export * from './index.js';

/**
 * Opens this page's session with the broker at url, by a token (hexadecimal) it gave for this origin.
 * wasm: where core.wasm is served; else where a bundler, or the package itself, has put it.
 */
export function connect(options: { url: string | URL; token: string; wasm?: string | URL }): Promise<Session>;
