// Stands in for Electron where no electron can be had: the IPC between frames and the main process with
// worker_threads' message ports, and a frame with the two worlds of context isolation. The preload
// that runs in it is the one that is packed.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createContext, runInContext, Script } from 'node:vm';
import { MessageChannel } from 'node:worker_threads';

/** Electron's end of a port: events with data, and no start before it is said. */
class MessagePortMain extends EventEmitter {
  constructor(port) {
    super();
    this.inner = port;
  }

  start() {
    this.inner.on('message', (data) => this.emit('message', { data, ports: [] }));
    this.inner.on('close', () => this.emit('close'));
  }

  postMessage(data) {
    this.inner.postMessage(data);
  }

  close() {
    this.inner.close();
  }
}

export const ipcMain = new EventEmitter();

let numFrames = 0;

/** A frame of a window: what the main process sees of it, and the page's world inside. */
export class Frame {
  detached = false;
  #port = null;

  constructor(origin, { embedder = origin, ipc = ipcMain } = {}) {
    this.ipc = ipc;
    this.origin = origin;
    this.frameTreeNodeId = ++numFrames;
    this.top = { origin: embedder };
  }

  /** The message that a preload, or a frame that fell, sends: with one end of a channel of its own, of
   *  which it keeps the other. */
  ask(...given) {
    const { port1, port2 } = new MessageChannel();
    this.#send(port2, ...given);
    return port1;
  }

  #send(port, ...given) {
    this.#port = port;
    this.ipc.emit('portcullis:link', { senderFrame: this, ports: [new MessagePortMain(port)] }, ...given);
  }

  /** Runs the packed preload, and gives the page's global object. */
  load(preload) {
    const window = createWindow();
    const electron = {
      contextBridge: { executeInMainWorld: ({ func, args = [] }) => runInContext(`(${func})`, window)(...args) },
      ipcRenderer: {
        postMessage: (channel, data, [port]) => {
          assert.equal(channel, 'portcullis:link');
          queueMicrotask(() => this.#send(port, structuredClone(data)));
        },
      },
    };
    const required = [];
    const sandbox = { window: runInContext('globalThis', window), require: (name) => (required.push(name), name === 'electron' ? electron : null), module: { exports: {} } };
    new Script(readFileSync(preload, 'utf8')).runInContext(createContext(sandbox));
    return { window, required };
  }

  /** The page goes: its port closes. */
  leave() {
    this.detached = true;
    this.#port?.close();
  }
}

const platform = { URL, TextEncoder, TextDecoder, WebAssembly, Event, EventTarget, MessageEvent, DOMException, Blob, queueMicrotask,
  setTimeout, clearTimeout, setImmediate, performance, structuredClone, crypto, console, MessageChannel };

/** A window with a browser's own WebRTC, whose constructors say so. */
function createWindow() {
  const target = new EventTarget();
  const native = class RTCPeerConnection { isNative = true; };
  const window = createContext({ ...platform, RTCPeerConnection: native, webkitRTCPeerConnection: native, RTCRtpSender: class {} });
  window.addEventListener = (...given) => target.addEventListener(...given);
  window.removeEventListener = (...given) => target.removeEventListener(...given);
  window.postMessage = (data, to, ports) => {
    const event = new Event('message');
    Object.assign(event, { data, ports, source: runInContext('globalThis', window) });
    setImmediate(() => target.dispatchEvent(event));
  };
  return window;
}
