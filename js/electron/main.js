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
  const links = new Map(); // a frame's number -> the link of the page it shows
  const asking = new Map(); // a frame's number -> itself, when it has asked again meanwhile

  async function openLink(frame) {
    const origin = frame.origin;
    const embedder = frame.top?.origin ?? origin;
    if (!isOrigin(origin) || !isOrigin(embedder) || isAllowed(origin, embedder) !== true) {
      throw new Error('This origin may not use the host.');
    }
    await broker.allow(origin);
    const token = await broker.token(origin, { embedder });
    const socket = await BrokerSocket.open(broker.url, origin);
    // It may show another page by now: a link that was vouched for is that page's alone.
    if (frame.detached || frame.origin !== origin) {
      socket.close();
      return;
    }
    const { port1, port2 } = new MessageChannelMain();
    join(frame.frameTreeNodeId, port1, socket);
    frame.postMessage(channel, { token, wasm: core }, [port2]);
  }

  // A frame has one link: that of the page before ends, if it has not by itself.
  function join(id, port, socket) {
    links.get(id)?.close();
    links.set(id, port);
    bridge(port, socket, () => links.get(id) === port && links.delete(id));
  }

  async function answer(frame) {
    try {
      await openLink(frame);
    } catch ({ message }) {
      if (!frame.detached) frame.postMessage(channel, { refused: message });
    }
  }

  // However often a frame asks, it is answered once at a time, and for the page it shows last.
  async function onAsked({ senderFrame: frame }) {
    if (!frame) return; // it has gone
    const id = frame.frameTreeNodeId;
    const isAsking = asking.has(id);
    asking.set(id, isAsking ? frame : null);
    if (isAsking) return;
    await answer(frame);
    const again = asking.get(id);
    asking.delete(id);
    if (again) onAsked({ senderFrame: again });
  }

  ipcMain.on(channel, onAsked);
  return {
    broker,
    close() {
      ipcMain.removeListener(channel, onAsked);
      for (const port of links.values()) port.close();
      return broker.close();
    },
  };
}

// isOrigin: of a page that has one ("null" and the empty one are nobody's).
function isOrigin(text) {
  return typeof text === 'string' && /^[a-z][a-z0-9+.-]*:\/\/[^/\s]+$/.test(text);
}
