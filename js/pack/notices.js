// The licences of third parties that lie in what is packed, from what was really built: the pinned
// sources' own files and Debian's copyright files of the packages that were linked.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('../../build/sources/', import.meta.url));
const licenceFiles = { boringssl: 'src/LICENSE', libsrtp2: 'LICENSE', usrsctp: 'LICENSE.md' };
const rule = `${'='.repeat(78)}\n`;

// The LGPL asks that whoever has the program can link it with another libseccomp.
const relinking = `libseccomp is linked statically under the LGPL 2.1. To link another version of it: take the source of
Portcullis of this package's version, put that version's libseccomp.a in place, and run ./bootstrap build.
`;

const run = (...command) => execFileSync(command[0], command.slice(1), { encoding: 'utf8', maxBuffer: 64 << 20 });

// hostNotices: of everything in the native programs but the C library, which they find on the machine.
export function hostNotices() {
  return [...pinned(), ...['libuv1-dev', 'libsqlite3-dev', 'libseccomp-dev', 'libwslay1'].map(debian),
    { title: 'How to link another libseccomp', text: relinking },
    { title: 'GNU Lesser General Public License 2.1', text: readFileSync('/usr/share/common-licenses/LGPL-2.1', 'utf8') },
  ].map(section).join('\n');
}

// mainNotices: of what Emscripten's C library and allocator put into core.wasm, and of uPlot, which the
// inspector's page draws with.
export function mainNotices() {
  const uplot = fileURLToPath(new URL('../../node_modules/uplot/', import.meta.url));
  const { version } = JSON.parse(readFileSync(`${uplot}package.json`, 'utf8'));
  return [debian('emscripten'), { title: `uPlot ${version}`, text: readFileSync(`${uplot}LICENSE`, 'utf8') }]
    .map(section).join('\n');
}

function pinned() {
  const rows = readFileSync(`${sources}taken.lock`, 'utf8').trim().split('\n').map((line) => line.split(/\s+/));
  return rows.map(([name, version, , , file]) => ({
    title: `${name} ${version}`,
    text: run('tar', '-xOf', sources + file, '--wildcards', '--no-wildcards-match-slash', `*/${licenceFiles[name]}`),
  }));
}

function debian(name) {
  return {
    title: run('dpkg-query', '-W', '-f', '${source:Package} ${source:Version} (Debian)', name),
    text: readFileSync(`/usr/share/doc/${name}/copyright`, 'utf8'),
  };
}

function section({ title, text }) {
  return `${rule}${title}\n${rule}\n${text.trim()}\n`;
}
