// A program in C that embeds the host, from an install prefix as its author would have it: found by
// CMake and by pkg-config.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { encode } from '../../js/lib/codec.js';
import { Limits, Message } from '../../js/lib/names.js';

const tree = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'portcullis-embed-'));
const prefix = join(folder, 'prefix');
const strict = ['-std=c11', '-D_POSIX_C_SOURCE=200809L', '-Wall', '-Wextra', '-Wpedantic', '-Werror'];
const hello = [...encode('hello', { version: Limits.protocolVersion, token: new Uint8Array(0) })].join(',');
const env = { ...process.env, PKG_CONFIG_PATH: join(prefix, 'lib/pkgconfig'), POLICY: `file:${join(folder, 'policy')}` };
delete env.PORTCULLIS_BROKER;

const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });

before(() => {
  run('cmake', '--install', join(tree, 'build/release'), '--prefix', prefix);
  writeFileSync(join(folder, 'policy'), 'allow https://widget.example in https://app.example data for page\n');
});
after(() => rmSync(folder, { recursive: true }));

const expected = `start: It was done.
attach: It was done.
record ${Message.welcome.id.toString(16)}
attach: It was done.
record ${Message.welcome.id.toString(16)}
attach null: The broker refused it.
attach two lines: This is not an origin, or not a request.
link -1
admit: It was done.
token 64
address ws://127.0.0.1:
ask: It was done.
ask 1: allowed, GRANTED
reset: It was done.
ask 1: ended, GRANT_ENDED
ask: It was done.
ask 2: denied, MIXED_CONTENT
mark mixed: It was done.
forget: It was done.
start nothing: portcullis-broker could not be started: name it in PORTCULLIS_BROKER.
`;

function expectRun(program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env, timeout: 60_000 });
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: expected, stderr: '' });
}

test('a program that found Portcullis by CMake opens links, sees WELCOME and asks for consent', () => {
  const built = join(folder, 'cmake');
  run('cmake', '-S', join(tree, 'tests/host/embed'), '-B', built, '-G', 'Ninja', `-DCMAKE_PREFIX_PATH=${prefix}`,
    `-DCMAKE_C_FLAGS=${strict.join(' ')} -DHELLO_BYTES=${hello}`);
  run('cmake', '--build', built);
  expectRun(join(built, 'embedder'));
});

test('a program that found Portcullis by pkg-config opens links, sees WELCOME and asks for consent', () => {
  const flags = run('pkg-config', '--cflags', '--libs', 'portcullis').trim().split(/\s+/);
  const program = join(folder, 'embedder');
  run('cc', ...strict, `-DHELLO_BYTES=${hello}`, join(tree, 'tests/host/embed/embedder.c'), '-o', program, ...flags);
  expectRun(program, run('pkg-config', '--variable=broker', 'portcullis').trim());
});

test('the header is one that C++ can include, and needs no other', () => {
  for (const [language, standard] of [['c', 'c11'], ['c++', 'c++17']]) {
    const { status, stderr } = spawnSync('cc', ['-x', language, `-std=${standard}`, '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-fsyntax-only', '-'],
      { input: `#include "${prefix}/include/portcullis.h"\npcs_host_status s = PCS_HOST_OK;\n`, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }
});
