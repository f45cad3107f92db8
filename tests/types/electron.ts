// Compiled, never run: the Electron doors fit Electron's own types.
import { ipcMain, session, type WebContents } from 'electron';
import { askBy, closeNative, denyByDefault, serveFrames, type FrameHost } from '../../js/electron/main.js';
import type {} from '../../js/electron/page.js';

export async function start(contents: WebContents): Promise<FrameHost> {
  denyByDefault(session.defaultSession, (permission, origin) => permission === 'fullscreen' && origin === 'app://demo');
  closeNative(contents);
  await serveFrames({ ipcMain }, { origins: (origin, embedder) => origin === embedder });
  // @ts-expect-error whose frames must be said
  await serveFrames({ ipcMain }, {});
  const host = await serveFrames({ ipcMain }, { origins: ['app://demo'], loopback: true, prompt: 'auto', indicator: 'gtk' });
  denyByDefault(session.defaultSession, undefined, { asked: askBy(host.broker.consent) });
  // @ts-expect-error it asks a Consent
  askBy(contents);
  return host;
}

export async function inPage(): Promise<boolean> {
  const own = await window.portcullis.ready;
  return own.isClosed;
}
