// Plays the cases of one library between two ends whose WebRTC is ours: Node programs with processes
// of their own, or pages with profiles of their own.
import { NodeEnd } from '../interop/ends/node.js';
import { bundle } from './bundle.js';

const timeoutMs = 60_000;

// Who plays a and who plays b.
export const pairings = {
  'Node, Node': ['Node', 'Node'],
  'page, page': ['page', 'page'],
  'page, Node': ['page', 'Node'],
};

// playLibrary resolves with { what, error } for each case; error is null when it passed. pages:
// { browser, server }, for pairings with a page.
export async function playLibrary(library, pairing, { pages, cases = library.cases } = {}) {
  const kinds = pairings[pairing];
  const modules = { Node: `compat/libraries/${library.module}.js` };
  if (kinds.includes('page')) modules.page = await bundle(library.module);
  const servers = await library.servers?.();
  const results = [];
  let ends = [];
  try {
    for (const { what, params, halves = ['a', 'b'] } of cases) {
      if (ends.length === 0) ends = await Promise.all(kinds.map((kind) => open(kind, pages)));
      await Promise.all(ends.map((end) => end.reset()));
      ends[0].tie(ends[1]);
      const all = { ...servers?.params(), ...params };
      const error = await outcome(ends.map((end, i) => end.run(modules[kinds[i]], halves[i], all)));
      results.push({ what, error });
      if (error) await Promise.all(ends.splice(0).map(end));
    }
    if (library.endsItself && kinds.includes('Node')) {
      results.push({ what: 'the programs end by themselves', error: await outcome(ends.map(endItself)) });
    }
  } finally {
    await Promise.all(ends.map(end));
    await servers?.close();
  }
  return results;
}

function open(kind, { browser, server } = {}) {
  return kind === 'Node' ? NodeEnd.open('portcullis') : browser.pageEnd(server, 'portcullis');
}

// A library may keep timers and sockets after it was told to close, so a program is not waited for.
async function end(each) {
  each.child?.kill('SIGKILL');
  await each.close();
}

// One that says it closes all it opened is held to it.
async function endItself(each) {
  const how = await each.close();
  if (how && how.code !== 0) throw new Error(`${each.name} ended with ${how.signal ?? how.code}`);
}

async function outcome(halves) {
  let timer;
  const late = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Error(`not done after ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([Promise.all(halves), late]);
    return null;
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
    for (const half of halves) half.catch(() => {});
  }
}
