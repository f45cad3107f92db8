// @ts-check
// An Electron program whose pages have Portcullis's RTCPeerConnection and no other. Everything that Electron
// would grant by default is refused first; then one origin, this program's own, gets the host.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, ipcMain, MessageChannelMain, protocol, session } from 'electron';
import { closeNative, denyByDefault, serveFrames } from 'portcullis/electron/main';

const origin = 'app://demo';
const preload = createRequire(import.meta.url).resolve('portcullis/electron/preload');
const files = new Set(['/index.html', '/page.js']);
/** @type {Record<string, string>} */
const types = { '.html': 'text/html', '.js': 'text/javascript' };
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'";

// A standard scheme has an origin of its own; a file: page would have none, and gets no host.
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);

/** @param {Request} request */
async function serve({ url }) {
  const { host, pathname } = new URL(url);
  if (host !== 'demo' || !files.has(pathname)) return new Response('', { status: 404 });
  const body = await readFile(fileURLToPath(new URL(`.${pathname}`, import.meta.url)));
  return new Response(new Uint8Array(body), { headers: { 'content-type': types[extname(pathname)], 'content-security-policy': policy } });
}

app.on('web-contents-created', (event, contents) => {
  closeNative(contents);
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (navigation) => navigation.preventDefault());
  contents.on('will-attach-webview', (attaching) => attaching.preventDefault());
});

await app.whenReady();
denyByDefault(session.defaultSession);
protocol.handle('app', serve);
const host = await serveFrames({ ipcMain, MessageChannelMain }, { origins: [origin], secureSchemes: ['app'], loopback: true });
app.on('will-quit', () => host.close());
app.on('window-all-closed', () => app.quit());

const window = new BrowserWindow({
  // nodeIntegrationInSubFrames runs the preload, and nothing else, in frames too: no Node is in any of them.
  webPreferences: { preload, contextIsolation: true, sandbox: true, nodeIntegration: false, nodeIntegrationInSubFrames: true },
});
await window.loadURL(`${origin}/index.html`);
