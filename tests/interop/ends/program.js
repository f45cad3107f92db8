// The end inside a Node program: loads one implementation and plays the halves it is asked to over
// the IPC channel of its parent. When that closes, whatever is left of the call is dropped.
import { Env } from './env.js';

const implementations = {
  portcullis: async () => {
    const { openPortcullis } = await import('./portcullis.js');
    return openPortcullis();
  },
  /* It makes ICE and DTLS run before it has stored the description it checks fingerprints against: a
   * peer that is quick enough fails. No check can come while its candidates are not told. */
  'node-datachannel': async () => ({ ...await import('node-datachannel/polyfill'), holdsCandidates: true }),
  werift: async () => {
    const werift = await import('werift');
    return { RTCPeerConnection: (await import('./werift.js')).adapt(werift) };
  },
  aiortc: async () => (await import('./aiortc.js')).openAiortc(),
  wrtc: async () => (await import('@roamhq/wrtc')).default,
};

const ours = process.argv[2] === 'portcullis';
const env = new Env({ rtc: null, post: (message) => process.connected && process.send({ posted: message }) });

process.on('message', async ({ id, deliver, reset, run }) => {
  if (deliver) return env.deliver(deliver);
  if (!reset && !run) return undefined;
  try {
    process.send({ id, value: reset ? env.reset() : await env.run(...run) });
  } catch (error) {
    if (process.connected) process.send({ id, error: error?.stack ?? String(error) });
  }
});
// Ours must let the program end by itself once its calls are closed; of the others that is not asked.
process.on('disconnect', () => {
  env.reset();
  if (!ours) process.exit();
});

try {
  env.rtc = await implementations[process.argv[2]]();
  process.send({ id: 'ready' });
} catch (error) {
  process.send({ id: 'ready', error: error?.stack ?? String(error) });
}
