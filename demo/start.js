// npm start: proves itself by one call whose pages are searched for the host's secrets, prints what
// it found, then serves the chat on loopback until Ctrl-C.
//
//   npm start [-- --once] [-- --port N]     --once ends after the report
import { parseArgs } from 'node:util';
import { startBroker } from '../js/node.js';
import { haveChromium } from '../tests/interop/ends/browser.js';
import { attackPages, AttackRange } from './attack/server.js';
import { proveByNode, proveByPages } from './proof.js';
import { serve } from './server.js';

const { values: options } = parseArgs({ options: { once: { type: 'boolean' }, port: { type: 'string' } } });
const number = (value) => value.toLocaleString('en-US');

function report({ who, a, b, scan }) {
  const lines = [
    ['ICE pair', `${a.local} to ${a.remote}`],
    ['DTLS', `${a.tlsVersion === 'FEFD' ? '1.2' : a.tlsVersion}, ${a.cipher}`],
    ['fingerprints', `${a.localFingerprint}`],
    ['', `${b.localFingerprint}`],
    ['bytes', `${number(a.bytesSent)} one way, ${number(a.bytesReceived)} the other`],
    ['time to open', `${Math.round(a.openMs)} ms`],
    ['secrets', `${number(scan.found.length)} found of the host's ${number(scan.secrets)}, in ${number(scan.windows)} windows of all they could see`],
  ];
  console.log(`\nOne call between ${who}, each with a host process of its own:\n`);
  for (const [name, value] of lines) console.log(`  ${name.padEnd(14)}${value}`);
  for (const line of scan.found) console.log(`  FOUND         ${line}`);
}

// What makes the proof one: both sides saw each other's certificate, and nothing was found.
function isProof({ a, b, scan }) {
  return a.localFingerprint === b.remoteFingerprint && b.localFingerprint === a.remoteFingerprint &&
    scan.secrets > 0 && scan.found.length === 0;
}

try {
  const proof = await (haveChromium ? proveByPages() : proveByNode());
  report(proof);
  if (!isProof(proof)) throw new Error('the report above is not what it must be');
} catch ({ message }) {
  console.error(`portcullis: the proof failed, so nothing is served: ${message.split('\n')[0]}`);
  process.exit(1);
}
if (options.once) process.exit();

const broker = await startBroker({ loopback: true, inspector: true });
const range = new AttackRange(); // with a broker of its own: the chat's is not attacked
const server = await serve({ port: Number(options.port ?? 0), posts: range.posts, framed: attackPages,
  token: async (origin) => ({ url: broker.url, token: await broker.token(origin) }) });
await broker.allow(server.origin);
console.log(`\nOpen ${server.origin}/ in a browser and follow it to a second tab. Ctrl-C ends.`);
console.log(`What they do, as the host sees it (opens once, within a minute): ${await broker.inspect()}`);
if (process.stdin.isTTY) {
  console.log('Enter gives a fresh address of that.');
  process.stdin.on('data', async () => console.log(await broker.inspect()));
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await server.close();
    await range.close();
    await broker.close();
    process.exit();
  });
}
