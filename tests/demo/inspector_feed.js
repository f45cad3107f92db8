// The inspector without a browser: its session, raw requests, and its feed as it comes.
import { once } from 'node:events';
import { request } from 'node:http';

// ask sends one request just as it is told, and resolves with { status, headers, text }.
export async function ask(url, { method = 'GET', headers = {} } = {}) {
  const { hostname, port, pathname, search } = new URL(url);
  const sent = request({ host: hostname, port, method, path: pathname + search, headers });
  sent.end();
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  return { status: response.statusCode, headers: response.headers, text };
}

// enter uses an address up and resolves with its session, { url, cookie }.
export async function enter(address) {
  const { status, headers } = await ask(address);
  if (status !== 303) throw new Error(`the inspector said ${status}`);
  return { url: new URL(headers.location, address).href, cookie: headers['set-cookie'][0].split(';')[0] };
}

export class Feed {
  text = '';
  #reader;
  #events = [];

  static async open({ url, cookie }) {
    const response = await fetch(new URL('feed', url), { headers: { cookie } });
    if (!response.ok) throw new Error(`the feed said ${response.status}`);
    return new Feed(response.body.pipeThrough(new TextDecoderStream()).getReader());
  }

  constructor(reader) {
    this.#reader = reader;
  }

  // next resolves with the next event of that name that the condition likes; others are skipped.
  async next(name, likes = () => true) {
    for (;;) {
      while (this.#events.length > 0) {
        const event = this.#events.shift();
        if (event.name === name && likes(event.data)) return event.data;
      }
      const { value, done } = await this.#reader.read();
      if (done) throw new Error('the feed ended');
      this.#hear(value);
    }
  }

  #rest = '';
  #hear(part) {
    this.text += part;
    const blocks = (this.#rest + part).split('\n\n');
    this.#rest = blocks.pop();
    for (const block of blocks) {
      const [, name, json] = /^event: (\w+)\ndata: (.*)$/.exec(block);
      this.#events.push({ name, data: JSON.parse(json) });
    }
  }

  close() {
    return this.#reader.cancel();
  }
}
