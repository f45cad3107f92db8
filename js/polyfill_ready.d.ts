import type { Session } from './index.js';

/** When the globals are there: import waits for it by itself, require does not. */
export const ready: Promise<Session>;
