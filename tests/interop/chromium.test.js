// A page whose WebRTC is ours calls Chromium's own RTCPeerConnection, as offerer and as answerer.
import test from 'node:test';
import { haveChromium, launchBrowser } from './ends/browser.js';
import { everything } from './cases.js';
import { startHost } from './host.js';
import { playAll } from './play.js';

let host;
let browser;

test.before(async () => {
  host = await startHost();
  browser = haveChromium && await launchBrowser();
});

test.after(async () => {
  await browser?.close();
  await host?.close();
});

const ours = () => browser.pageEnd(host.server, 'portcullis');
const native = () => browser.pageEnd(host.server, 'native');

test('Chromium is installed', { skip: haveChromium && 'it is' }, () => {
  throw new Error('/usr/bin/chromium is missing: npm test installs it');
});
if (haveChromium) {
  playAll('our page to Chromium', everything('chromium', 'b'), ours, native);
  playAll('Chromium to our page', everything('chromium', 'a'), native, ours);
}
