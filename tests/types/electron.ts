// Compiled, never run: the Electron doors fit Electron's own types.
import { ipcMain, MessageChannelMain, session, type WebContents } from 'electron';
import { closeNative, denyByDefault, serveFrames, type FrameHost } from '../../js/electron/main.js';
import type {} from '../../js/electron/page.js';

export async function start(contents: WebContents): Promise<FrameHost> {
  denyByDefault(session.defaultSession, (permission, origin) => permission === 'fullscreen' && origin === 'app://demo');
  closeNative(contents);
  await serveFrames({ ipcMain, MessageChannelMain }, { origins: (origin, embedder) => origin === embedder });
  // @ts-expect-error whose frames must be said
  await serveFrames({ ipcMain, MessageChannelMain }, {});
  return serveFrames({ ipcMain, MessageChannelMain }, { origins: ['app://demo'], loopback: true });
}

export async function inPage(): Promise<boolean> {
  const own = await window.portcullis.ready;
  return own.isClosed;
}
