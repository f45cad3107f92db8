// Attempts to bring the host down, or another page with it.
import { Limits, Message, Right } from '/js/lib/names.js';
import { encode, nameOf, RawLink, within } from './raw.js';

const u32 = (value) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
const u16 = (value) => u32(value).slice(2);
const record = (id, body = []) => new Uint8Array([...u32(body.length + 2), ...u16(id), ...body]);

const wrong = [
  new Uint8Array([...u32(0xffffffff), ...u16(Message.send.id)]), // 4 GiB
  new Uint8Array([...u32(Limits.recordBytesMax + 1), ...u16(Message.send.id)]),
  new Uint8Array(u32(0)), // no id
  record(0x7777), // no such message
  record(Message.closePeer.id, [0, 0, 0]), // cut off
  record(Message.closePeer.id, [0, 0, 0, 0, 0]), // a byte too many
  record(Message.openPeer.id, [0, 0, 0, 1, 0, 0, 0, 0, 0, 255]), // a list of 255 that is not there
  encode('hello', { version: Limits.protocolVersion, token: new Uint8Array(0) }), // a second HELLO
  'GET / HTTP/1.1\r\n\r\n', // text
];

async function sayGarbage() {
  const bystander = await RawLink.open();
  const { peer } = await bystander.openPeer();
  let ended = 0;
  for (const says of ['hello', 'nothing']) {
    for (const bytes of wrong) {
      const link = await RawLink.open({ says });
      link.send(bytes);
      ended += (await within(link.ended, 'the end of the link')).status > 0 ? 1 : 0;
    }
  }
  const lives = (await bystander.ask('getStats', { peer })).name === 'stats';
  bystander.close();
  const all = 2 * wrong.length;
  return { held: ended === all && lives, count: all - ended, came: `${ended} of ${all} links ended with a reason; the page's other link ${lives ? 'goes on' : 'is gone'}` };
}

async function useUp() {
  const bystander = await RawLink.open();
  const link = await RawLink.open();
  const asked = Limits.peersMax + 20;
  const answers = await Promise.all(Array.from({ length: asked }, () => link.openPeer()));
  const refused = answers.filter((answer) => answer?.name === 'refused' && nameOf(answer.status) === 'QUOTA').length;
  const lives = (await bystander.openPeer()).name === 'peerOpened';
  for (const one of [link, bystander]) one.close();
  return { held: refused === asked - Limits.peersMax && lives, count: asked - Limits.peersMax - refused,
    came: `${asked} connections asked for: ${asked - refused} opened, ${refused} refused as QUOTA; the other link ${lives ? 'opens its own' : 'cannot'}` };
}

async function askForTheScreen() {
  const link = await RawLink.open();
  const rights = [Right.screen, Right.window, Right.microphone, Right.camera, Right.host, 0xffffffff];
  const answers = await Promise.all(rights.map((right) => link.ask('requestRight', { right })));
  link.close();
  const got = answers.filter((answer) => answer?.name === 'rightGranted').length;
  return { held: got === 0, count: got, came: `screen, window, microphone, camera, the host's own, all at once: ${got} granted` };
}

export const garbage = [
  { id: 'garbage', title: 'Say what no page says', tries: 'Sends records that are too long, cut off, unknown or text, before HELLO and after.',
    rule: 'X34: garbage ends its own link', file: 'core/boundary/gate.c', run: sayGarbage },
  { id: 'flood', title: 'Use the host up', tries: 'Opens more connections than a page may have.',
    rule: 'X35: quotas, and a clear error', file: 'core/base/limits.h', run: useUp },
  { id: 'screen', title: 'Get the screen with something else', tries: 'Asks for screen, devices and the host’s own rights by one message, alone and together.',
    rule: 'R3, X36: a capture is asked for by a capture', file: 'host/worker/requests.c', run: askForTheScreen },
];
