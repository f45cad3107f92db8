// Another site, in a frame of the attack page: it has a link and permissions of its own, and helps the
// attacker as far as it can.
import { Right } from '/js/lib/names.js';
import { RawLink } from './raw.js';

let link = null;
let peer = 0;
const ticket = async () => (await fetch('/token', { method: 'POST' })).json();

const deeds = {
  // its own handles, and a token that it has not used
  async give() {
    link ??= await RawLink.open({ ticket: await ticket() });
    ({ peer } = await link.openPeer());
    const { channel } = await link.openChannel(peer);
    const { certificate } = await link.ask('makeCertificate', { algorithm: 0, lifetimeMs: 60_000 });
    return { peer, channel, certificate, ticket: await ticket() };
  },

  async lives() {
    return (await link.ask('getStats', { peer })).name === 'stats';
  },

  async ask() {
    link ??= await RawLink.open({ ticket: await ticket() });
    return (await link.ask('requestRight', { right: Right.localAddresses })).name === 'rightGranted';
  },

  // as if the page were loaded anew
  async leave() {
    link?.close();
    await link?.ended;
    link = null;
  },
};

addEventListener('message', async ({ data: { id, deed }, source, origin }) => {
  try {
    source.postMessage({ id, result: await deeds[deed]() }, origin);
  } catch (error) {
    source.postMessage({ id, error: error.message }, origin);
  }
});
