// The door for an Electron main process: one broker for the program, one link for each frame that its
// preload asks for. The frame's origin is what Electron says of it; nothing in a message is believed.
import { readFile } from 'node:fs/promises';
import { startBroker } from '../lib/host_process.js';
import { bridge } from './bridge.js';
import { BrokerSocket } from './broker_socket.js';
import { channel } from './names.js';

export { closeNative, denyByDefault } from './permissions.js';

const defaultWasm = new URL('../../build/wasm/core.wasm', import.meta.url);

// serveFrames starts the broker and answers frames of the origins allowed, and no others:
// { broker, close() }. electron: the module. origins: a list, or (origin, embeddingOrigin) => boolean.
// loopback, broker and args are those of startBroker.
export async function serveFrames({ ipcMain, MessageChannelMain }, { origins, wasm = defaultWasm, ...options }) {
  const isAllowed = typeof origins === 'function' ? origins : (origin) => origins.includes(origin);
  const core = new Uint8Array(await readFile(wasm));
  const broker = await startBroker(options);
  const bridges = new Set();

  async function openLink(frame) {
    const origin = frame.origin;
    if (!isOrigin(origin) || isAllowed(origin, frame.top?.origin ?? origin) !== true) {
      throw new Error('This origin may not use the host.');
    }
    await broker.allow(origin);
    const token = await broker.token(origin);
    const socket = await BrokerSocket.open(broker.url, origin);
    // It may show another page by now: a link that was vouched for is that page's alone.
    if (frame.detached || frame.origin !== origin) {
      socket.close();
      return;
    }
    const { port1, port2 } = new MessageChannelMain();
    const one = { close: () => port1.close() };
    bridges.add(one);
    bridge(port1, socket, () => bridges.delete(one));
    frame.postMessage(channel, { token, wasm: core }, [port2]);
  }

  function onAsked({ senderFrame: frame }) {
    if (!frame) return; // it has gone
    openLink(frame).catch(({ message }) => {
      if (!frame.detached) frame.postMessage(channel, { refused: message });
    });
  }

  ipcMain.on(channel, onAsked);
  return {
    broker,
    close() {
      ipcMain.removeListener(channel, onAsked);
      for (const one of bridges) one.close();
      return broker.close();
    },
  };
}

// isOrigin: of a page that has one ("null" and the empty one are nobody's).
function isOrigin(text) {
  return typeof text === 'string' && /^[a-z][a-z0-9+.-]*:\/\/[^/\s]+$/.test(text);
}
