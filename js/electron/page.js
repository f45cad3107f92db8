// What runs in the page's own world of an Electron window, before its first script: the browser's WebRTC
// goes, ours is there at once. The page makes the channel and the preload, in a world of its own, passes
// one end on; whose origin it is, the trusted process hears from Electron.
import wasm from 'portcullis:wasm'; // the bytes of core.wasm
import { compileCore } from '../lib/core.js';
import { install } from '../lib/install.js';
import { Session } from '../lib/session.js';
import { PortLink } from './link_port.js';
import { channel } from './names.js';

for (const name of Object.getOwnPropertyNames(globalThis)) {
  if (/^(webkit|moz)?RTC/.test(name)) delete globalThis[name];
}

const { port1, port2 } = new MessageChannel();
globalThis.postMessage({ type: channel }, '*', [port2]);
const session = Session.begin(new PortLink(port1), compileCore(wasm));
install(globalThis, session);
const ready = session.welcomed.then(() => session);
ready.catch(() => {}); // whoever opens a connection is told
Object.defineProperty(globalThis, 'portcullis', { value: Object.freeze({ ready }) });
