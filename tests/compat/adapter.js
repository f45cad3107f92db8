// webrtc-adapter in two pages, ours and one with the browser's own WebRTC: what it changes there is
// what it always changes, so of ours it may change no more.
import { play } from '../interop/ends/end.js';
import { bundle } from './bundle.js';

// changesOf resolves with the names of what the adapter changed in a page, after a call between two.
async function changesOf(rtc, { browser, server }, module) {
  const ends = await Promise.all([browser.pageEnd(server, rtc), browser.pageEnd(server, rtc)]);
  try {
    const { a } = await play(module, ends);
    return a;
  } finally {
    await Promise.all(ends.map((end) => end.close()));
  }
}

// runAdapter resolves with results { what, error }.
export async function runAdapter(pages) {
  const module = await bundle('webrtc_adapter');
  const ours = await changesOf('portcullis', pages, module);
  const native = new Set(await changesOf('native', pages, module));
  const more = ours.filter((name) => !native.has(name));
  const error = more.length > 0 ? new Error(`changed of ours only: ${more.join(', ')}`) : null;
  return [{ what: 'a call with the adapter in both pages', error: null },
    { what: "it changes nothing that it leaves alone in the browser's own", error }];
}
