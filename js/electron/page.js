// What runs in the page's own world before its scripts: the browser's WebRTC goes, ours comes. Until the
// port has come an RTCPeerConnection cannot be made; portcullis.ready says when it can.
import { loadCore } from '../lib/core.js';
import { bytesOfHex } from '../lib/hex.js';
import { install } from '../lib/install.js';
import { useSession } from '../lib/realm.js';
import { Session } from '../lib/session.js';
import { PortLink } from './link_port.js';
import { channel } from './names.js';

for (const name of Object.getOwnPropertyNames(globalThis)) {
  if (/^(webkit|moz)?RTC/.test(name)) delete globalThis[name];
}
install(globalThis, null);

const ready = portOf(globalThis).then(async ({ port, token, wasm }) => {
  const session = await Session.open(new PortLink(port), await loadCore(wasm), { token: bytesOfHex(token) });
  useSession(session);
  return session;
});
ready.catch(() => {}); // who waits for it is told
Object.defineProperty(globalThis, 'portcullis', { value: Object.freeze({ ready }) });

// portOf: the first message of that type, which the preload posts. It was here before every listener of
// the page, and they do not hear it.
function portOf(window) {
  return new Promise((resolve, reject) => {
    window.addEventListener('message', function hear(event) {
      if (event.source !== window || event.data?.type !== channel) return;
      event.stopImmediatePropagation();
      window.removeEventListener('message', hear);
      const { token, wasm, refused } = event.data;
      if (refused) reject(new DOMException(refused, 'NotAllowedError'));
      else resolve({ port: event.ports[0], token, wasm });
    });
  });
}
