// Where the broker's program lies, and what a machine lacks on which it does not start.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = 'portcullis-broker';
const here = import.meta.url;

// brokerPath finds the broker: what was asked for, what PORTCULLIS_BROKER names, the package of this
// platform's programs, this tree's build. A path that was named and is not there is never replaced by
// another place's.
export function brokerPath(asked) {
  const named = asked ?? process.env.PORTCULLIS_BROKER;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`${program} is not at ${named}, which ${asked ? 'was asked for' : 'PORTCULLIS_BROKER names'}`);
  }
  const built = fileURLToPath(new URL(`../../build/release/${program}`, here));
  const found = [packagedPath(), built].find((path) => path !== null && existsSync(path));
  if (found) return found;
  throw new Error(`There is no ${program} for this machine: npm install ${platformPackage()}, if there is one, or build `
    + `Portcullis (./bootstrap build) and name the program in PORTCULLIS_BROKER`);
}

// platformPackage is the name of the package with this platform's programs, whether it exists or not.
export function platformPackage({ platform, arch } = process) {
  return `@portcullis/host-${platform}-${arch}${platform === 'linux' ? '-gnu' : ''}`;
}

function packagedPath() {
  try {
    return join(dirname(createRequire(here).resolve(`${platformPackage()}/package.json`)), 'bin', program);
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

// missingFor says in one line what the system's loader does not find for a program, '' when nothing
// or when there is no such loader. It starts nothing: the loader lists what it would load (ld.so(8)).
export function missingFor(path) {
  const { status, stdout, stderr } = spawnSync(path, { env: { LD_TRACE_LOADED_OBJECTS: '1' }, encoding: 'utf8' });
  if (status === null) return '';
  const missing = new Set();
  for (const [, library] of `${stdout}`.matchAll(/^\s*(\S+) => not found/gm)) missing.add(library);
  for (const [, version] of `${stdout}${stderr}`.matchAll(/version `([^']+)' not found/g)) missing.add(version);
  return missing.size === 0 ? '' : `this machine lacks ${[...missing].join(', ')}, which ${path} needs`;
}
