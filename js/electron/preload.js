// The preload, for windows with contextIsolation and sandbox. It is built into one file that needs nothing but
// `electron` (js/pack/javascript.js), which may be named as a window's preload as it is. It shows the page
// nothing of Electron, and takes one port from it, for the trusted process.
import { contextBridge, ipcRenderer } from 'electron';
import { channel } from './names.js';
import { page } from 'portcullis:page'; // page.js and all it needs, as one function

// The first such message is of the function that comes before every script of the page, and no listener
// of the page hears it.
window.addEventListener('message', function hear(event) {
  if (event.source !== window || event.data?.type !== channel) return;
  event.stopImmediatePropagation();
  window.removeEventListener('message', hear);
  ipcRenderer.postMessage(channel, null, [...event.ports]);
});
contextBridge.executeInMainWorld({ func: page });
