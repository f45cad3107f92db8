// The door for Node: the host is a child process of this program, which declares the origin.
import { readFile } from 'node:fs/promises';
import { loadCore } from './lib/core.js';
import { PipeLink } from './lib/link_pipe.js';
import { Session } from './lib/session.js';

export * from './index.js';
export { startBroker, startConsent, stateFolder } from './lib/host_process.js';
export { brokerPath } from './lib/host_program.js';

const defaultWasm = new URL('../build/wasm/core.wasm', import.meta.url);

// connect starts a broker for this program. loopback: candidates on 127.0.0.1 and ::1 too.
// addresses: which addresses are told, an address mode of RFC 8828 by its browsers' name, otherwise
// 'default': host candidates are mDNS names. broker: the program's path, else where brokerPath finds it.
export async function connect({ origin, loopback, addresses, broker, args, descriptors, wasm = defaultWasm }) {
  const core = await loadCore(await readFile(wasm));
  return Session.open(PipeLink.start({ origin, loopback, addresses, broker, args, descriptors }), core);
}
