import type { Session } from './index.js';

export * from './index.js';

/** Opens this page's session with the broker at url, by a token (hexadecimal) it gave for this origin. */
export function connect(options: { url: string | URL; token: string; wasm: string | URL }): Promise<Session>;
