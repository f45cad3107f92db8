// A capture: a device in use by this page. Until media arrives nothing of it reaches the page; what is
// here is its permission, its indicator and its end.
import { errorOf } from './errors.js';
import { Right, Status } from './names.js';

const kinds = new Map([['microphone', Right.microphone], ['camera', Right.camera], ['screen', Right.screen], ['window', Right.window]]);

// startCapture resolves, when a person has allowed it, with { ended, stop() }: ended resolves when it has
// ended, by whomever. A refusal never says why.
export async function startCapture(session, kind) {
  if (!kinds.has(kind)) throw errorOf(Status.UNSUPPORTED.number);
  let over;
  const ended = new Promise((resolve) => (over = resolve));
  const { capture } = await new Promise((resolve, reject) => {
    const started = (message) => {
      session.addCapture(message.capture, over); // before any later message is acted on
      resolve(message);
    };
    session.request('startCapture', { right: kinds.get(kind) }, started, reject);
  });
  const stop = () => {
    session.removeCapture(capture);
    if (!session.isClosed) session.send('stopCapture', { capture });
    over();
  };
  return { ended, stop };
}
