// The first script of every page of the suite: connects to the host and puts our interfaces in place
// of the browser's. The server sends the page's own scripts after that.
import { connect, install } from './js/browser.js';
import * as interfaces from './js/lib/interfaces.js';

const { searchParams } = new URL(import.meta.url);

try {
  const { url, token } = await (await fetch(new URL('session', import.meta.url))).json();
  install(globalThis, await connect({ url, token, wasm: new URL('core.wasm', import.meta.url).href }));
  removeTheirs();
  await fetch(new URL(`ready?page=${searchParams.get('page')}`, import.meta.url));
} catch (error) {
  globalThis.portcullisFailed(String(error));
}

// What only the browser has must not be counted as ours.
function removeTheirs() {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (name.startsWith('RTC') && !(name in interfaces)) delete globalThis[name];
  }
}
