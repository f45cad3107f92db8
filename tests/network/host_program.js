// One host of the network: a real Portcullis Node program with a broker and a worker of its own,
// which plays halves of calls over the IPC channel of its parent, several at a time.
import { connect, install } from '../../js/node.js';
import { Env } from '../interop/ends/env.js';
import { everyAddress, programPath } from '../interop/host.js';

const session = await connect({ origin: 'https://node.example', addresses: everyAddress,
  broker: programPath('portcullis-broker') });
const rtc = {};
install(rtc, session);
const calls = new Map();

function envOf(call) {
  if (!calls.has(call)) calls.set(call, new Env({ rtc, post: (posted) => process.send({ call, posted }) }));
  return calls.get(call);
}

process.on('message', async ({ call, deliver, run }) => {
  if (deliver) return envOf(call).deliver(deliver);
  try {
    const value = await envOf(call).run(...run);
    process.send({ call, value });
  } catch (error) {
    if (process.connected) process.send({ call, error: error?.stack ?? String(error) });
  }
  envOf(call).reset();
});
process.send({ ready: true });
