// The scenarios themselves, between two implementations that are not ours: when one of these fails,
// the scenario or the machine is wrong, and the other interop tests say nothing about Portcullis.
import test from 'node:test';
import { haveChromium, launchBrowser } from './ends/browser.js';
import { NodeEnd } from './ends/node.js';
import { essentials, everything } from './cases.js';
import { startSite } from './host.js';
import { playAll } from './play.js';

const small = 12e6;
let site;
let browser;

test.before(async () => {
  if (!haveChromium) return;
  site = await startSite();
  browser = await launchBrowser();
});

test.after(async () => {
  await browser?.close();
  await site?.close();
});

const chromium = () => browser.pageEnd(site, 'native');
const shrink = (cases) => cases.map(([what, module, params, halves]) =>
  [what.replace(/\d+ MB/, '12 MB'), module, params.bytes ? { ...params, bytes: small } : params, halves]);

if (haveChromium) {
  playAll('Chromium to Chromium', shrink(everything('chromium', 'b')), chromium, chromium);
  for (const peer of ['node-datachannel', 'wrtc', 'werift']) {
    playAll(`Chromium to ${peer}`, shrink(essentials(peer, 'b')), chromium, () => NodeEnd.open(peer));
  }
}
playAll('wrtc to node-datachannel', shrink(essentials('node-datachannel', 'b')).slice(0, 1),
  () => NodeEnd.open('wrtc'), () => NodeEnd.open('node-datachannel'));
