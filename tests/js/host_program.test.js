// Where the broker is looked for, in which order, and what a machine is told that lacks something.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { missingFor, platformPackage } from '../../js/lib/host_program.js';

const tree = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'portcullis-program-'));
after(() => rmSync(folder, { recursive: true }));

function place(...parts) {
  const path = join(folder, ...parts);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '');
  return path;
}

/** brokerPath of a copy of the package in a folder of its own. */
async function copied(name) {
  const root = join(folder, name);
  mkdirSync(join(root, 'js/lib'), { recursive: true });
  cpSync(join(tree, 'js/lib/host_program.js'), join(root, 'js/lib/host_program.js'));
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  return (await import(pathToFileURL(join(root, 'js/lib/host_program.js')))).brokerPath;
}

function withVariable(value, act) {
  const before = process.env.PORTCULLIS_BROKER;
  if (value === undefined) delete process.env.PORTCULLIS_BROKER;
  else process.env.PORTCULLIS_BROKER = value;
  try {
    return act();
  } finally {
    if (before === undefined) delete process.env.PORTCULLIS_BROKER;
    else process.env.PORTCULLIS_BROKER = before;
  }
}

test('the broker asked for comes before the variable, the platform package and the build', async () => {
  const brokerPath = await copied('order');
  const asked = place('asked');
  const named = place('named-by-variable');
  assert.throws(() => withVariable(undefined, () => brokerPath()), (error) => {
    assert.ok(error.message.includes(`npm install ${platformPackage()}`), error.message);
    assert.match(error.message, /PORTCULLIS_BROKER/);
    return true;
  });
  const built = place('order', 'build/release/portcullis-broker');
  assert.equal(withVariable(undefined, () => brokerPath()), built);
  writeFileSync(place('order', 'node_modules', platformPackage(), 'package.json'), '{}');
  const packaged = place('order', 'node_modules', platformPackage(), 'bin/portcullis-broker');
  assert.equal(withVariable(undefined, () => brokerPath()), packaged);
  assert.equal(withVariable(named, () => brokerPath()), named);
  assert.equal(withVariable(named, () => brokerPath(asked)), asked);
});

test('a broker that was named and is not there is an error, never another broker', async () => {
  const brokerPath = await copied('named');
  place('named', 'build/release/portcullis-broker');
  const nowhere = join(folder, 'nowhere');
  assert.throws(() => withVariable(nowhere, () => brokerPath()), /PORTCULLIS_BROKER/);
  assert.throws(() => withVariable(undefined, () => brokerPath(nowhere)), /nowhere/);
});

test('platform packages are named by system and machine', () => {
  assert.equal(platformPackage({ platform: 'linux', arch: 'arm64' }), '@portcullis/host-linux-arm64-gnu');
  assert.equal(platformPackage({ platform: 'darwin', arch: 'x64' }), '@portcullis/host-darwin-x64');
});

test('a library that is missing is named in one line', () => {
  const broker = join(tree, 'build/release/portcullis-broker');
  assert.equal(missingFor(broker), '');
  // The same program, asking for a library that nobody has.
  const lacking = join(folder, 'lacking');
  copyFileSync(broker, lacking);
  const bytes = readFileSync(lacking);
  const at = bytes.indexOf('libwslay.so.1\0');
  assert.ok(at > 0, 'the broker loads another WebSocket library now');
  bytes.write('libwsnot.so.1\0', at);
  writeFileSync(lacking, bytes);
  chmodSync(lacking, 0o755);
  const line = missingFor(lacking);
  assert.match(line, /^this machine lacks .*libwsnot\.so\.1, which [^\n]+ needs$/);
  // Whoever starts it is told the same (the system's loader says it on standard error too).
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', `
    import { connect, startBroker } from '${pathToFileURL(join(tree, 'js/node.js'))}';
    const say = ({ message }) => console.log(message);
    await connect({ origin: 'https://app.example', broker: '${lacking}' }).catch(say);
    await startBroker({ broker: '${lacking}' }).catch(say);`], { encoding: 'utf8' });
  assert.deepEqual(stdout.trim().split('\n').map((text) => text.includes('libwsnot.so.1')), [true, true], stdout);
});
