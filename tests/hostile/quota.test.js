// How many links there may be, of one origin and of all: the sum of what pages can make this machine
// hold and ask (host/broker/shares.h) is bounded by it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { Status } from '../../js/lib/names.js';
import { Broker } from '../host/control.js';
import { within } from '../host/page.js';
import { Client, helloFrame } from '../host/websocket.js';
import { Peer } from '../host/worker/call.js';

const origins = ['https://app.example', 'https://other.example', 'https://third.example'];
const limit = (name) => Number(new RegExp(`#define ${name} (\\d+)`).exec(readFileSync(new URL('../../host/broker/workers.h', import.meta.url), 'utf8'))[1]);
const [ofOrigin, ofAll] = [limit('PCS_LINKS_PER_ORIGIN_MAX'), limit('PCS_LINKS_MAX')];
let broker;
after(() => broker?.stop());

/** Says HELLO for the origin, inside another page perhaps; resolves with the page and what it was answered. */
async function knock(origin, around = '') {
  const { client, status } = await Client.request(broker.port, { Origin: origin });
  assert.equal(status, 101);
  const token = (await broker.ask(`token ${origin} ${around}`.trim())).split(' ')[1];
  client.write(helloFrame(Uint8Array.from(Buffer.from(token, 'hex'))));
  const page = client.page();
  const answer = await page.wait(({ name }) => name === 'welcome' || name === 'goodbye');
  return { page, answer };
}

async function linked(origin, num) {
  const pages = [];
  while (pages.length < num) {
    const { page, answer } = await knock(origin);
    assert.equal(answer.name, 'welcome', `${origin}, link ${pages.length + 1}`);
    pages.push(page);
  }
  return pages;
}

async function isRefused(origin, around) {
  const { page, answer } = await knock(origin, around);
  assert.deepEqual([answer.name, answer.status, answer.reason], ['goodbye', Status.QUOTA.number, Status.QUOTA.sentence]);
  page.destroy();
}

/** A place is free when the broker has heard that the worker of a page that went has ended. */
async function linkedInTime(origin) {
  for (;;) {
    const { page, answer } = await knock(origin);
    if (answer.name === 'welcome') return page;
    page.destroy();
  }
}

test('X35: an origin has so many links, all origins have so many, and who goes makes room', async () => {
  broker = await Broker.start({ allow: origins });
  const [app, other, third] = origins;
  const pages = await linked(app, ofOrigin);
  await isRefused(app);
  await isRefused(app, other); // in a frame of another page it is the same origin
  const others = await linked(other, ofAll - ofOrigin); // nobody else had less by it
  await isRefused(third);
  assert.ok((await Peer.open(others.at(-1))).handle > 0, 'who has a link keeps all of it');
  pages.pop().destroy();
  const late = await within(linkedInTime(third), 'a place');
  await isRefused(other);
  for (const page of [...pages, ...others, late]) page.destroy();
});
