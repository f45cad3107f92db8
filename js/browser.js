// The door for a page.
import { loadCore } from './lib/core.js';
import { bytesOfHex } from './lib/hex.js';
import { WebSocketLink } from './lib/link_websocket.js';
import { Session } from './lib/session.js';

export * from './index.js';

// connect opens this page's session. url and token (hexadecimal) come from the page's own server,
// which asked the broker for them; wasm is where core.wasm is served, else where it lies beside this
// file. The address is written here in the one form that bundlers know an asset by.
export async function connect({ url, token, wasm = new URL('../build/wasm/core.wasm', import.meta.url) }) {
  const [core, link] = await Promise.all([fetchCore(wasm), WebSocketLink.connect(url)]);
  return Session.open(link, core, { token: bytesOfHex(token) });
}

async function fetchCore(wasm) {
  const response = await fetch(wasm);
  if (!response.ok) throw new DOMException(`No core.wasm at ${wasm}: ${response.status}`, 'NetworkError');
  return loadCore(response);
}
