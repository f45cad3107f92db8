// The table of the virtual network in README is what the virtual network gives now.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import test from 'node:test';
import { tableInReadme, virtualResults, virtualTable } from './table.js';

const program = new URL('../../build/debug/tests/network-matrix_test', import.meta.url);
const skip = existsSync(program) ? false : 'build/debug is not built: run ./bootstrap test';

test('README tells what the virtual network gives: run npm run network -- --write when it changed', { skip }, () => {
  assert.equal(tableInReadme('network'), virtualTable(virtualResults()).trim());
});
