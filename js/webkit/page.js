// What runs in the page's own world of a WebKitGTK shell, before its first script, in every frame:
// WebRTC is there at once. The link goes over a port to the relay, in a world the page cannot enter;
// whose origin it is, the shell hears from the engine.
import wasm from 'portcullis:wasm'; // the bytes of core.wasm
import { PortLink } from '../electron/link_port.js';
import { compileCore } from '../lib/core.js';
import { install } from '../lib/install.js';
import { Session } from '../lib/session.js';
import { channel } from './names.js';

for (const name of Object.getOwnPropertyNames(globalThis)) {
  if (/^(webkit|moz)?RTC/.test(name)) delete globalThis[name];
}

// Where an engine would have no WebRTC either, there is none.
if (globalThis.isSecureContext) {
  const { port1, port2 } = new MessageChannel();
  globalThis.postMessage({ type: channel }, '*', [port2]);
  const session = Session.begin(new PortLink(port1), compileCore(wasm));
  install(globalThis, session);
  const ready = session.welcomed.then(() => session);
  ready.catch(() => {}); // whoever opens a connection is told
  Object.defineProperty(globalThis, 'portcullis', { value: Object.freeze({ ready }) });
}
