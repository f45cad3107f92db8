// Runs files of web-platform-tests in Node, each in a process of its own with a host of its own, and
// gives each subtest's outcome. There is no document: the harness runs as in a shell.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pathOf, serveSuite } from './server.js';
import { harnessOutcomes, outcomes } from './suite.js';

const program = fileURLToPath(new URL('node_page.js', import.meta.url));
const filesAtOnce = 3;
// A shell's harness has no end of its own: what the tests call short and long in a browser.
const timeMs = { short: 15_000, long: 60_000 };

// runSuiteInNode is runSuite of suite.js without a browser.
export async function runSuiteInNode({ folder = process.env.WPT_DIR, files, told = () => {} }) {
  const server = await serveSuite({ folder });
  const waiting = [...files];
  const results = {};
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      results[file] = await runFile(`${server.origin}${pathOf(file)}`);
      told(file, results[file]);
    }
  };
  try {
    await Promise.all(Array.from({ length: filesAtOnce }, work));
  } finally {
    await server.close();
  }
  return results;
}

async function runFile(address) {
  const html = await (await fetch(address)).text();
  const child = fork(program, [address], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const tests = [];
  let errors = '';
  child.stderr.on('data', (text) => (errors = (errors + text).slice(-2000)));
  const result = await new Promise((resolve) => {
    const limit = /name="?timeout"? content="?long/.test(html) ? timeMs.long : timeMs.short;
    const timer = setTimeout(() => resolve({ harness: 'TIMEOUT', message: `${limit} ms have passed` }), limit);
    child.on('message', ({ test, done, failed }) => {
      if (test) tests.push({ ...test, outcome: outcomes[test.status] });
      if (done) resolve({ harness: harnessOutcomes[done.status], message: done.message });
      if (failed) resolve({ harness: 'ERROR', message: failed });
    });
    child.on('exit', () => resolve({ harness: 'ERROR', message: errors }));
    child.on('exit', () => clearTimeout(timer));
  });
  child.kill('SIGKILL');
  return { ...result, tests };
}
