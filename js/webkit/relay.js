// The relay of a WebKitGTK shell: a script in a world of its own in every frame, which carries bytes
// between the page's port and the shell's scheme, and looks into none. The page's content policy does
// not bind it, and the page cannot call it. To the page go the bytes of one long response; to the
// host, one request after the other.
import { isBytes, underWayBytesMax } from '../electron/port_traffic.js';
import { channel, scheme } from './names.js';

let port = null;
let toPage = 0; // bytes the page has not taken yet
let taken = () => {};
let toHost = [];
let sending = false;
let link = null; // its number at the shell

// The first such message is of the script that came before every script of the page.
globalThis.addEventListener('message', function hear(event) {
  if (event.source !== globalThis || event.data?.type !== channel) return;
  event.stopImmediatePropagation();
  globalThis.removeEventListener('message', hear);
  [port] = event.ports;
  port.onmessage = ({ data }) => fromPage(data);
  receive().catch(() => end('The connection to the host broke.'));
});

async function receive() {
  const opened = await fetch(scheme, { method: 'POST', body: '' });
  const text = await opened.text();
  if (!opened.ok) {
    end(text || 'The shell gives this page no link.');
    return;
  }
  link = text;
  send();
  const reader = (await fetch(scheme + link)).body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    toPage += value.length;
    port.postMessage(value);
    if (toPage > underWayBytesMax) await new Promise((resolve) => (taken = resolve));
  }
  end('The host closed the connection.');
}

function fromPage(data) {
  if (isBytes(data)) {
    toHost.push(data);
    send();
  } else if (typeof data === 'number') {
    toPage -= data;
    if (toPage <= underWayBytesMax) taken();
  }
}

// send posts what has come so far; what comes meanwhile goes together with the next.
async function send() {
  if (sending || link === null || toHost.length === 0) return;
  sending = true;
  const pieces = toHost;
  toHost = [];
  try {
    const response = await fetch(scheme + link, { method: 'POST', body: joined(pieces) });
    if (!response.ok) throw new Error(String(response.status));
    for (const { length } of pieces) port.postMessage(length);
  } catch {
    end('The connection to the host broke.');
    return;
  }
  sending = false;
  send();
}

function joined(pieces) {
  if (pieces.length === 1) return pieces[0];
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function end(reason) {
  port.postMessage(reason);
  port.close();
}
