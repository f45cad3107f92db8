// The example in the real Electron, when ELECTRON_BIN names one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildCommonJs } from '../../../js/pack/javascript.js';
import { within } from '../../host/page.js';

const electron = process.env.ELECTRON_BIN;
const tree = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

test('the example calls in Electron', { skip: electron ? false : 'ELECTRON_BIN names no electron' }, async (t) => {
  await buildCommonJs(tree('build/cjs'));
  const child = spawn(electron, ['--no-sandbox', '--disable-gpu', '--enable-logging=stderr', tree('demo/electron/main.js')],
    { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => child.kill());
  const lines = createInterface({ input: child.stderr });
  const said = new Promise((resolve, reject) => {
    lines.on('line', (line) => line.includes('portcullis: ') && resolve(line));
    child.on('exit', (code) => reject(new Error(`electron ended (${code})`)));
  });
  assert.match(await within(said, 'the call', 60_000), /portcullis: heard hello/);
});
