// npm run shell [-- ADDRESS]: the demos of this tree, or the page at ADDRESS, in the WebKitGTK shell.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildWebKit } from '../../js/pack/webkit.js';
import { serve } from '../server.js';

const built = (name) => fileURLToPath(new URL(`../../build/release/${name}`, import.meta.url));
const [address] = process.argv.slice(2);
const scripts = await buildWebKit();

// The pages of the demos ask for a token only where no shell has brought WebRTC.
const server = address ? null : await serve({ token: async () => { throw new Error('this shell needs no token'); } });
// Two windows of one machine meet on its loopback addresses, too.
const options = ['--scripts', scripts, '--broker', built('portcullis-broker'), '--broker-argument=--loopback'];
const shell = spawn(built('portcullis-shell'), [...options, address ?? `${server.origin}/`], { stdio: 'inherit' });
shell.on('exit', async (code) => {
  await server?.close();
  process.exitCode = code ?? 1;
});
if (server) console.log(`portcullis: the demos, at ${server.origin}/`);
