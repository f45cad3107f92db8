// The frames that the attack page holds: another site's, and one that has no origin at all.
import { within } from './raw.js';

export class OtherSite {
  #frame;
  #origin;
  #lastId = 0;

  static async open(origin) {
    const site = new OtherSite();
    site.#origin = origin;
    site.#frame = await frame({ src: `${origin}/demo/attack/other.html`, title: 'Another site' });
    return site;
  }

  // does resolves with what came of a deed of other.js.
  does(deed) {
    const id = ++this.#lastId;
    const answered = new Promise((done, failed) => {
      const listen = ({ source, data }) => {
        if (source !== this.#frame.contentWindow || data.id !== id) return;
        removeEventListener('message', listen);
        if (data.error) failed(new Error(data.error));
        else done(data.result);
      };
      addEventListener('message', listen);
    });
    this.#frame.contentWindow.postMessage({ id, deed }, this.#origin);
    return within(answered, `the other site to ${deed}`);
  }
}

// withoutOrigin resolves with whether a sandboxed frame, whose origin is null, gets a link.
export async function withoutOrigin(ticket) {
  const { contentWindow } = await frame({ src: 'null.html', title: 'A frame without an origin', sandbox: 'allow-scripts' });
  const answered = new Promise((done) => {
    addEventListener('message', ({ source, data }) => source === contentWindow && done(data.opened));
  });
  contentWindow.postMessage(ticket, '*');
  return within(answered, 'the frame without an origin');
}

async function frame({ src, title, sandbox }) {
  const element = Object.assign(document.createElement('iframe'), { src, title, hidden: true });
  if (sandbox) element.sandbox = sandbox;
  const loaded = new Promise((done) => element.addEventListener('load', done, { once: true }));
  document.body.append(element);
  await within(loaded, title);
  return element;
}
