// simple-peer's own test files are not in its package: SIMPLE_PEER_TESTS names a checkout's test/.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('simple_peer_program.js', import.meta.url));
const timeoutMs = 300_000;

// skipReason says why they cannot run, or is empty.
export function skipReason() {
  const folder = process.env.SIMPLE_PEER_TESTS;
  if (!folder) return 'SIMPLE_PEER_TESTS does not name the test folder of a checkout of simple-peer 9.11.1';
  return existsSync(join(folder, 'basic.js')) ? '' : `${folder} has no basic.js`;
}

// runOwnTests resolves with a result { what, error } for each test that makes no media stream, and
// with how many do.
export async function runOwnTests() {
  const child = spawn(process.execPath, [program, resolve(process.env.SIMPLE_PEER_TESTS)],
    { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => { output += chunk; });
  child.stderr.on('data', (chunk) => { errors += chunk; });
  const code = await new Promise((done) => child.on('close', done));
  const { results, numMedia, isWhole } = readTap(output);
  if (!isWhole) results.push({ what: 'all files to their end', error: new Error(`ended with ${code}: ${errors}`) });
  return { results, numMedia };
}

// A test is a "# title" and the assertions below it. The file's own summary comes at the end.
function readTap(output) {
  const results = [];
  let numMedia = 0;
  let isWhole = false;
  for (const line of output.split('\n')) {
    const plan = /^1\.\.\d+/.test(line);
    isWhole ||= plan;
    if (line.startsWith('# SKIP ')) {
      numMedia++;
    } else if (line.startsWith('# ') && !isWhole && line !== '# get config') {
      results.push({ what: line.slice(2), error: null });
    } else if (line.startsWith('not ok ')) {
      results.at(-1).error ??= new Error(line);
    }
  }
  return { results, numMedia, isWhole };
}
