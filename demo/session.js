// The one thing a page does for Portcullis: where a shell has not brought it, connect to the host that
// the page's server knows, and put its interfaces in place of the browser's.
import { connect, install } from '/js/browser.js';

export async function startSession() {
  if (globalThis.portcullis) return globalThis.portcullis.ready;
  const ticket = await (await fetch('/token', { method: 'POST' })).json();
  const session = await connect({ ...ticket, wasm: '/build/wasm/core.wasm' });
  install(globalThis, session); // RTCPeerConnection is ours from here on
  return session;
}
