// The end inside a page: this file is all the page runs. ?rtc=native keeps the browser's WebRTC,
// ?rtc=portcullis replaces it by ours, with a token from this page's own server.
import { Env } from './env.js';

// portcullisPost is bound by the driver (browser.js); reset, deliver and run are what it calls.
const env = new Env({ rtc: globalThis, post: (message) => globalThis.portcullisPost(message) });

globalThis.end = {
  env,
  ready: prepare(new URLSearchParams(location.search).get('rtc')),
  reset: () => env.reset(),
  deliver: (message) => env.deliver(message),
  run: (module, half, params) => env.run(module, half, params),
};

async function prepare(kind) {
  if (kind !== 'portcullis') return;
  const native = globalThis.RTCPeerConnection;
  const { connect, install } = await import('/js/browser.js');
  const response = await fetch('/token', { method: 'POST' });
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  globalThis.session = await connect({ ...(await response.json()), wasm: '/build/wasm/core.wasm' });
  install(globalThis, globalThis.session);
  if (globalThis.RTCPeerConnection === native) throw new Error('the native RTCPeerConnection is still there');
}
