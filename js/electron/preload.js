// The preload, for windows with contextIsolation and sandbox. It is built into one file that needs nothing but
// `electron` (js/pack/javascript.js), which may be named as a window's preload as it is. It shows the page
// nothing of Electron; all the page gets is a port.
import { contextBridge, ipcRenderer } from 'electron';
import { channel } from './names.js';
import { page } from 'portcullis:page'; // page.js and all it needs, as one function

contextBridge.executeInMainWorld({ func: page });
ipcRenderer.once(channel, ({ ports }, given) => {
  window.postMessage({ type: channel, ...given }, '*', ports);
});
ipcRenderer.send(channel);
