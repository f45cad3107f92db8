// The door for an Electron main process: one broker for the program, one link for each frame that its
// preload asks for. The frame's origin is what Electron says of it; nothing in a message is believed.
import { encode } from '../lib/codec.js';
import { startBroker } from '../lib/host_process.js';
import { Status } from '../lib/names.js';
import { bridge } from './bridge.js';
import { BrokerSocket } from './broker_socket.js';
import { channel } from './names.js';
import { vouch } from './vouched_socket.js';

export { askBy, closeNative, denyByDefault } from './permissions.js';

// serveFrames starts the broker and answers frames of the origins allowed, and no others:
// { broker, close() }. electron: the module. origins: a list, or (origin, embeddingOrigin) => boolean.
// loopback, broker and args are those of startBroker.
export async function serveFrames({ ipcMain }, { origins, ...options }) {
  const isAllowed = typeof origins === 'function' ? origins : (origin) => origins.includes(origin);
  const broker = await startBroker(options);
  const links = new Map(); // a frame's number -> the port of the page it shows
  const asking = new Map(); // a frame's number -> what it has asked again meanwhile: { frame, port }

  async function openLink(frame, port) {
    const origin = frame.origin;
    const embedder = frame.top?.origin ?? origin;
    if (!isOrigin(origin) || !isOrigin(embedder) || isAllowed(origin, embedder) !== true) {
      refuse(port);
      return;
    }
    let hasGone = false;
    port.on('close', () => (hasGone = true));
    await broker.allow(origin);
    const token = await broker.token(origin, { embedder });
    const socket = await BrokerSocket.open(broker.url, origin);
    // It may show another page by now: a link that was vouched for is that page's alone.
    if (hasGone || frame.detached || frame.origin !== origin) {
      socket.close();
      port.close();
      return;
    }
    join(frame.frameTreeNodeId, port, vouch(socket, token));
  }

  // A frame has one link: that of the page before ends, if it has not by itself.
  function join(id, port, socket) {
    links.get(id)?.close();
    links.set(id, port);
    bridge(port, socket, () => links.get(id) === port && links.delete(id));
  }

  async function answer(frame, port) {
    try {
      await openLink(frame, port);
    } catch ({ message }) {
      port.postMessage(message);
      port.close();
    }
  }

  // However often a frame asks, it is answered once at a time, and for the page it shows last.
  async function onAsked({ senderFrame: frame, ports: [port] = [] }) {
    if (!frame || !port) {
      port?.close(); // the frame has gone
      return;
    }
    const id = frame.frameTreeNodeId;
    if (asking.has(id)) {
      asking.get(id)?.port.close();
      asking.set(id, { frame, port });
      return;
    }
    asking.set(id, null);
    await answer(frame, port);
    const again = asking.get(id);
    asking.delete(id);
    if (again) onAsked({ senderFrame: again.frame, ports: [again.port] });
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

// refuse says so as a host would: the page's promises are rejected with a NotAllowedError. It closes
// its port itself.
function refuse(port) {
  port.postMessage(encode('goodbye', { status: Status.DENIED.number, reason: 'This origin may not use the host.' }));
}

// isOrigin: of a page that has one ("null" and the empty one are nobody's).
function isOrigin(text) {
  return typeof text === 'string' && /^[a-z][a-z0-9+.-]*:\/\/[^/\s]+$/.test(text);
}
