// The call by which npm start proves itself: two ends of ours on a test build of the worker, which
// tells hashes of its secrets; everything that either end could see is searched for them.
import { Evidence, NodeRecorder, PageRecorder } from '../tests/hostile/evidence.js';
import { launchBrowser } from '../tests/interop/ends/browser.js';
import { play } from '../tests/interop/ends/end.js';
import { NodeEnd } from '../tests/interop/ends/node.js';
import { startHost } from '../tests/interop/host.js';

const worker = 'portcullis-worker-test';
const scenario = 'interop/scenarios/proof.js';

// Both resolve with { who, a, b, scan }: each half's view of the call, and what the search found.
export async function proveByPages() {
  const evidence = new Evidence();
  const host = await startHost({ worker, secretsFile: evidence.secretsFile });
  const browser = await launchBrowser();
  try {
    const recorders = ['a', 'b'].map((name) => new PageRecorder(evidence, name));
    const ends = await Promise.all(recorders.map((recorder) =>
      browser.pageEnd(host.server, 'portcullis', { prepare: (page) => recorder.attach(page) })));
    const halves = await play(scenario, ends);
    for (const recorder of recorders) await recorder.take();
    return { who: 'two pages in Chromium', ...halves, scan: await evidence.scan() };
  } finally {
    await browser.close();
    await host.close();
    evidence.remove();
  }
}

export async function proveByNode() {
  const evidence = new Evidence();
  const recorders = ['a', 'b'].map((name) => new NodeRecorder(evidence, name));
  const ends = [];
  try {
    for (const { options } of recorders) {
      const env = { ...options.env, PORTCULLIS_WORKER: worker, PORTCULLIS_SECRETS: evidence.secretsFile };
      ends.push(await NodeEnd.open('portcullis', { ...options, env }));
    }
    const halves = await play(scenario, ends);
    for (const [i, recorder] of recorders.entries()) await recorder.take(ends[i]);
    return { who: 'two Node programs', ...halves, scan: await evidence.scan() };
  } finally {
    await Promise.all(ends.map((end) => end.close()));
    evidence.remove();
  }
}
