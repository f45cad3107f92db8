// What a page may ask the host for without using it.
import { errorOf } from './errors.js';
import { Right, Status } from './names.js';

const requestable = new Map([['local-addresses', Right.localAddresses], ['device-labels', Right.deviceLabels]]);

// requestRight resolves when the page holds the right; a refusal never says why.
export async function requestRight(session, right) {
  if (!requestable.has(right)) throw errorOf(Status.UNSUPPORTED.number);
  await session.ask('requestRight', { right: requestable.get(right) });
}
