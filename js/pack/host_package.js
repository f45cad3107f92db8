// The package of this platform's programs: stripped, with the one library beside them that Debian has
// in no other form. No install script: os, cpu and libc say whom it is for.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { platformPackage } from '../lib/host_program.js';
import { hostNotices } from './notices.js';

const programs = ['portcullis', 'portcullis-broker', 'portcullis-worker'];
// These need the machine's GTK 4, and are made only where it is; without them questions go to the terminal.
const windows = ['portcullis-prompt', 'portcullis-indicator'];
// Licence and size allow it to come along; everything else but libc is inside the programs.
const bundled = /^libwslay\.so/;
const ofLibc = /^(linux-vdso|ld-linux.*|libc|libm|libdl|librt|libpthread)\.so/;

const run = (...command) => execFileSync(command[0], command.slice(1), { encoding: 'utf8', maxBuffer: 64 << 20 });

// stageHost fills folder; built is where the release programs lie. Its result is the manifest.
export function stageHost({ folder, built, version, licence }) {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const libraries = new Map(programs.flatMap((name) => [...needs(join(built, name))]));
  for (const name of [...programs, ...windows.filter((one) => existsSync(join(built, one)))]) {
    run('strip', '--strip-all', '-o', join(bin, name), join(built, name));
    chmodSync(join(bin, name), 0o755);
  }
  for (const [name, path] of libraries) {
    if (ofLibc.test(name)) continue;
    if (!bundled.test(name)) throw new Error(`the programs need ${name}, which the package does not bring`);
    copyFileSync(realpathSync(path), join(bin, name));
    chmodSync(join(bin, name), 0o644);
  }
  const glibc = glibcOf(programs.map((name) => join(bin, name)));
  const manifest = manifestOf(version, glibc);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(folder, 'README.md'), readmeOf(manifest, glibc));
  writeFileSync(join(folder, 'LICENSE'), licence);
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), hostNotices());
  return manifest;
}

function manifestOf(version, glibc) {
  return {
    name: platformPackage(),
    version,
    description: `The native programs of Portcullis for ${process.platform} on ${process.arch}, glibc ${glibc} or newer`,
    license: 'Apache-2.0',
    os: [process.platform],
    cpu: [process.arch],
    libc: ['glibc'],
    preferUnplugged: true,
  };
}

// needs gives what the loader would load for a program: [name, path].
function needs(path) {
  const rows = run('ldd', path).matchAll(/^\s*(\S+)(?: => (\S+))? \(0x/gm);
  return [...rows].map(([, name, at]) => [name.split('/').at(-1), at ?? name]);
}

// glibcOf is the newest version of the C library that any of the files asks for.
function glibcOf(paths) {
  const versions = paths.flatMap((path) => run('readelf', '-VW', path).match(/GLIBC_\d+\.\d+/g) ?? []);
  const minors = versions.map((version) => Number(version.split('.')[1]));
  return `2.${Math.max(...minors)}`;
}

function readmeOf({ name, description }, glibc) {
  return `# ${name}

${description}. Installed by the package \`portcullis\` where it fits; nothing to do by hand.

The broker and its workers, the command \`portcullis\`, and two windows that are used where GTK 4 is installed.

They load the C library (glibc ${glibc} or newer) and \`libwslay.so.1\`, which lies beside them and is found there.
BoringSSL, libsrtp2, usrsctp, libuv, SQLite and libseccomp are inside. The worker needs Linux 5.13 or newer (Landlock).
`;
}
