// Our page behind a real TURN server, Chromium's own RTCPeerConnection behind the same one, both with
// policy relay. The server listens on 127.0.0.3 and its relayed addresses are on 127.0.0.2, which no
// socket of a client ever has: so an address of the machine that turns up anywhere is a client's.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import {
  credential, haveCoturn, makeCertificate, relayAddress, serverAddress, startCoturn, username,
} from './coturn.js';
import { haveChromium, launchBrowser } from './ends/browser.js';
import { play } from './ends/end.js';
import { startHost } from './host.js';
import { machineAddresses } from './machine_addresses.js';

const timeout = 120_000;
const skip = (!haveCoturn && 'coturn is not installed') || (!haveChromium && 'Chromium is not installed');

let folder;
let coturn;
let host;
let browser;
test.before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), 'portcullis-turn-'));
  const tls = makeCertificate(folder, 'server', `IP:${serverAddress}`);
  [coturn, host, browser] = await Promise.all([
    startCoturn({ tls }), startHost({ caBundle: tls.certificate }), launchBrowser()]);
});
test.after(async () => {
  await browser?.close();
  await host?.close();
  await coturn?.close();
  if (folder) rmSync(folder, { recursive: true });
});

const urls = {
  UDP: () => `turn:${serverAddress}:${coturn.port}?transport=udp`,
  TCP: () => `turn:${serverAddress}:${coturn.port}?transport=tcp`,
  TLS: () => `turns:${serverAddress}:${coturn.tlsPort}?transport=tcp`,
};

function configurationOf(carrier, iceTransportPolicy = 'relay') {
  return { iceTransportPolicy, iceServers: [{ urls: urls[carrier](), username, credential }] };
}

// What the browser saw on the page's link, both ways: our JavaScript cannot hide a byte from it.
async function recordLink(page, chunks) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  for (const name of ['webSocketFrameSent', 'webSocketFrameReceived']) {
    devtools.on(`Network.${name}`, ({ response: { opcode, payloadData } }) => {
      chunks.push(Buffer.from(payloadData, opcode === 1 ? 'utf8' : 'base64'));
    });
  }
}

// One call from our page to Chromium's own; after: work on our page's end before it is closed.
async function call(t, ours, theirs, after = async () => {}) {
  const chunks = [];
  const a = await browser.pageEnd(host.server, 'portcullis', { prepare: (page) => recordLink(page, chunks) });
  const b = await browser.pageEnd(host.server, 'native');
  t.after(() => Promise.all([a.close(), b.close()]));
  const { a: seen } = await play('interop/scenarios/relayed.js', [a, b], { configuration: { a: ours, b: theirs } });
  await after(a);
  return { ...seen, link: Buffer.concat(chunks), console: a.console.join('\n') };
}

// Everything that tells an address of the machine: [place, address, form].
function tellsOf({ view, descriptions, link, console }) {
  /* RFC 9429 5.2.1: every description's o= line has 127.0.0.1, whoever makes it. */
  const withoutOrigin = (text) => text.replace(/o=- \d+ \d+ IN IP4 127\.0\.0\.1/g, '');
  const texts = { view: withoutOrigin(view), descriptions: withoutOrigin(descriptions.join('')), console };
  return machineAddresses().flatMap((address) => [
    ...Object.entries(texts).flatMap(([place, text]) => address.textsIn(text).map((form) => [place, address.text, form])),
    ...address.formsIn(link).map((form) => ['link', address.text, form]),
  ]);
}

for (const carrier of ['UDP', 'TCP', 'TLS']) {
  test(`relay only over ${carrier}, to Chromium: data arrives, and nothing the page could see has an address of the machine`, { timeout, skip }, async (t) => {
    /* Chromium trusts no certificate of ours: it reaches the server by UDP. */
    const seen = await call(t, configurationOf(carrier), configurationOf('UDP'));
    assert.deepEqual(seen.types, ['relay', 'relay']);
    assert.ok(seen.candidates.length > 0);
    for (const { type, address, relatedAddress, relayProtocol, candidate } of seen.candidates) {
      assert.deepEqual([type, address], ['relay', relayAddress]);
      assert.ok([undefined, null, '0.0.0.0'].includes(relatedAddress), candidate);
      assert.equal(relayProtocol, carrier.toLowerCase());
    }
    assert.ok(seen.link.length > 2_000_000, `only ${seen.link.length} bytes of the link were seen`);
    assert.match(seen.view, /local-candidate/, 'the statistics were not kept');
    assert.deepEqual(tellsOf(seen), []);
  });
}

test('the same search finds the addresses that a call without the policy tells', { timeout, skip }, async (t) => {
  const tells = tellsOf(await call(t, configurationOf('UDP', 'all'), configurationOf('UDP', 'all')));
  for (const place of ['view', 'descriptions', 'link']) {
    assert.ok(tells.some(([where]) => where === place), `no address was found in the ${place}: ${JSON.stringify(tells)}`);
  }
});

test('the same search finds each address of the machine that is planted, in each place and form', { timeout, skip }, async (t) => {
  const planted = machineAddresses();
  const seen = await call(t, configurationOf('UDP'), configurationOf('UDP'), async ({ page }) => {
    await page.evaluate(async ([texts, forms]) => {
      console.log(texts.join(' '));
      const channel = globalThis.end.env.state.pc.createDataChannel(texts.join(' '));
      await new Promise((done) => channel.addEventListener('open', done));
      for (const form of forms) channel.send(new Uint8Array(form));
      await globalThis.end.env.state.pc.getStats(); // its answer comes after they have gone
    }, [planted.flatMap(({ texts }) => texts), planted.flatMap(({ binary }) => binary.map((form) => [...form]))]);
  });
  const tells = tellsOf(seen);
  for (const { text, texts, binary } of planted) {
    const found = (place) => tells.filter(([where, address]) => where === place && address === text).map(([, , form]) => form);
    assert.deepEqual(found('console'), texts);
    assert.deepEqual(found('link'), [...texts, ...binary.map((form) => form.toString('hex'))]);
  }
});
