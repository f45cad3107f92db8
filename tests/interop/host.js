// What every test with a page of ours needs: a broker, and the demo's server as the page's site.
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serve } from '../../demo/server.js';

const folders = ['js', 'build/wasm', 'build/js', 'build/compat', 'demo', 'tests/interop', 'tests/bench'];
/* Plain host candidates, loopback among them: most peers know no mDNS names. */
export const everyAddress = 'default_public_and_private_interfaces';
const secretsFd = 4; /* the broker's first descriptor after its control pipe */

// programPath names a program of the build under test: release, unless PORTCULLIS_BUILD says debug.
export function programPath(name, build = process.env.PORTCULLIS_BUILD ?? 'release') {
  return fileURLToPath(new URL(`../../build/${build}/${name}`, import.meta.url));
}

// startSite serves pages only: enough for ends that bring their own WebRTC.
export function startSite() {
  return serve({ folders, token: async () => ({}) });
}

// startHost starts both and lets pages of the server connect. worker: another worker program.
// secretsFile: where a test worker tells of its secrets. caBundle: who vouches for TURN over TLS.
// The rest is for startBroker.
export async function startHost({ worker, secretsFile, caBundle, addresses = everyAddress, ...given } = {}) {
  const { startBroker } = await import('../../js/node.js');
  const secrets = secretsFile ? openSync(secretsFile, 'w') : null;
  const args = [...(worker ? ['--worker', programPath(worker)] : []),
    ...(caBundle ? ['--ca-bundle', caBundle] : []),
    ...(secrets === null ? [] : ['--secrets-fd', String(secretsFd)])];
  const broker = await startBroker({ ...given, loopback: true, addresses, broker: programPath('portcullis-broker'), args,
    descriptors: secrets === null ? [] : [secrets] });
  if (secrets !== null) closeSync(secrets);
  const server = await serve({ folders, token: async (origin) => ({ url: broker.url, token: await broker.token(origin) }) });
  await broker.allow(server.origin);
  const close = async () => {
    await server.close();
    await broker.close();
  };
  return { broker, server, close };
}
