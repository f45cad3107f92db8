// Portcullis on both sides: page to Node, Node to page, page to page.
import test from 'node:test';
import { haveChromium, launchBrowser } from './ends/browser.js';
import { NodeEnd } from './ends/node.js';
import { everything } from './cases.js';
import { startHost } from './host.js';
import { playAll } from './play.js';

let host;
let browser;

test.before(async () => {
  if (!haveChromium) return;
  host = await startHost();
  browser = await launchBrowser();
});

test.after(async () => {
  await browser?.close();
  await host?.close();
});

const page = () => browser.pageEnd(host.server, 'portcullis');
const node = () => NodeEnd.open('portcullis');

playAll('Node to Node', everything('portcullis', 'b'), node, node);
if (haveChromium) {
  playAll('page to Node', everything('portcullis', 'b'), page, node);
  playAll('Node to page', everything('portcullis', 'a'), node, page);
  playAll('page to page', everything('portcullis', 'b'), page, page);
}
