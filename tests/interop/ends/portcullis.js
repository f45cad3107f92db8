// Makes this Node program's WebRTC ours. Environment: PORTCULLIS_WORKER names another worker of the
// build under test, PORTCULLIS_SECRETS a file where a test worker tells of its secrets.
import { openSync } from 'node:fs';
import { connect, install } from '../../../js/node.js';
import { everyAddress, programPath } from '../host.js';

const secretsFd = 4;

export async function openPortcullis() {
  const { PORTCULLIS_WORKER: worker, PORTCULLIS_SECRETS: secrets } = process.env;
  const args = [...(worker ? ['--worker', programPath(worker)] : []),
    ...(secrets ? ['--secrets-fd', String(secretsFd)] : [])];
  const session = await connect({ origin: 'https://node.example', loopback: true, addresses: everyAddress,
    broker: programPath('portcullis-broker'), args, descriptors: secrets ? [openSync(secrets, 'a')] : [] });
  const rtc = {};
  install(rtc, session);
  return rtc;
}
