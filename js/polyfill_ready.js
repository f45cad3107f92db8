// The polyfill as CommonJS can have it, which cannot wait for a module: `ready` is when the globals are
// there. The origin is PORTCULLIS_ORIGIN, or one that no server has.
import { connect, install } from './node.js';

export const ready = start();

async function start() {
  const session = await connect({ origin: process.env.PORTCULLIS_ORIGIN ?? 'https://node.invalid' });
  install(globalThis, session);
  return session;
}
