// The real parts, as they lie in what was built: the pinned versions, one crypto library and no
// second, nothing exported, the hardening that was asked for, and how much a page has to load.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = (path) => readFileSync(root + path, 'utf8');
const json = (path) => JSON.parse(text(path));
const tool = (name, ...args) =>
  execFileSync(name, args, { cwd: root, encoding: 'utf8', maxBuffer: 256 << 20, stdio: ['ignore', 'pipe', 'ignore'] });

const shipped = ['portcullis', 'portcullis-broker', 'portcullis-worker'];
/** Made only where GTK 4 is. */
const windows = ['portcullis-prompt', 'portcullis-indicator'].filter((name) => existsSync(`${root}build/release/${name}`));
const forTests = ['portcullis-worker-test', 'portcullis-worker-leak'];
const programs = ['release', 'debug'].flatMap((preset) =>
  [...shipped, ...forTests].map((name) => ({ preset, name, path: `build/${preset}/${name}` })),
);
const released = [
  ...programs.filter(({ preset }) => preset === 'release'),
  ...windows.map((name) => ({ name, path: `build/release/${name}` })),
];
/** BoringSSL has no version number but this one, in its headers. */
const boringsslApi = { '14.0.0+r45': 19, '13.0.0+r24': 17 };
const gzipMax = 150_000;

const lockRows = (path) =>
  text(path).split('\n').filter((line) => line.trim() && !line.startsWith('#')).map((line) => {
    const [name, version, suite, source, file, sha256] = line.trim().split(/\s+/);
    return { name, version, suite, source, file, sha256 };
  });

/** Names of the symbols nm prints in the given classes. */
function symbols(classes, ...args) {
  return tool('nm', ...args).split('\n').flatMap((line) => {
    const match = /^[0-9a-f ]*([A-Za-z]) (\S+)$/.exec(line);
    return match && classes.includes(match[1]) ? [match[2].replace(/@.*/, '')] : [];
  });
}

test('the libraries built are the pinned ones', (t) => {
  const pinned = lockRows('host/deps/sources.lock');
  const taken = lockRows('build/sources/taken.lock');
  assert.deepEqual(taken.map(({ name }) => name).sort(), ['boringssl', 'libsrtp2', 'usrsctp']);
  for (const row of taken) {
    assert.ok(pinned.some((other) => JSON.stringify(other) === JSON.stringify(row)), `${row.file} is not in sources.lock`);
    assert.equal(tool('sha256sum', `build/sources/${row.file}`).split(' ')[0], row.sha256, row.file);
  }
  const version = (name) => taken.find((row) => row.name === name).version;
  t.diagnostic(taken.map((row) => `${row.name} ${row.version}`).join(', '));
  const api = boringsslApi[version('boringssl')];
  assert.match(text('build/deps/include/openssl/base.h'), new RegExp(`^#define BORINGSSL_API_VERSION ${api}$`, 'm'));
  assert.ok(tool('strings', 'build/deps/lib/libsrtp2.a').includes(`libsrtp2 ${version('libsrtp2')}\n`));
  assert.match(text('build/deps/lib/pkgconfig/usrsctp.pc'), new RegExp(`^Version: ${version('usrsctp')}$`, 'm'));
});

test('npm packages are pinned to one version each, and that version is installed', () => {
  const manifest = json('package.json');
  assert.equal(manifest.dependencies, undefined, 'the npm package itself depends on nothing');
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
    assert.equal(manifest.scripts[script], undefined, `there is a ${script} script`);
  }
  for (const [name, version] of Object.entries(manifest.devDependencies)) {
    assert.match(version, /^\d+\.\d+\.\d+$/, `${name} is not pinned`);
    assert.equal(json(`node_modules/${name}/package.json`).version, version, name);
  }
});

test('BoringSSL is built with its assembly', () => {
  const wanted = process.arch === 'x64' ? ['aes_hw_encrypt', 'aesni_gcm_encrypt'] : ['aes_hw_encrypt'];
  const defined = new Set(symbols('Tt', 'build/deps/lib/libcrypto.a'));
  for (const name of wanted) assert.ok(defined.has(name), `${name} is missing`);
});

for (const { preset, name, path } of programs) {
  test(`${name} (${preset}) loads no second crypto library`, () => {
    const loaded = tool('ldd', path).split('\n').map((line) => line.trim().split(/[\s/]/).filter(Boolean)).flatMap((words) =>
      words.filter((word) => word.includes('.so')).slice(0, 1),
    );
    const sanitizers = preset === 'debug' ? '|asan|ubsan|stdc\\+\\+|gcc_s' : '';
    const allowed = new RegExp(`^(linux-vdso|ld-linux.*|lib(c|m|dl|rt|pthread|wslay${sanitizers}))\\.so`);
    const strangers = loaded.filter((library) => library !== 'lib64' && !allowed.test(library));
    assert.ok(loaded.length > 0, 'ldd shows nothing');
    assert.deepEqual(strangers, []);
  });
}

for (const name of windows) {
  test(`${name} has no cryptography and reads no network`, () => {
    const path = `build/release/${name}`;
    assert.doesNotMatch(tool('ldd', path), /lib(ssl|crypto|gnutls|nss3|nettle|curl|soup)[-.\w]*\.so/);
    const calls = symbols('U', '-D', path).filter((symbol) => /^(socket|connect|bind|listen|accept4?|sendto|getaddrinfo)$/.test(symbol));
    assert.deepEqual(calls, []);
  });
}

for (const { name, path } of released) {
  test(`${name} exports no symbol, of BoringSSL or of anything else`, () => {
    // A PIE program holds copies of libc's own variables (environ, stderr): those carry libc's version.
    const lines = tool('nm', '-D', '--defined-only', path).split('\n');
    // Where a program ends in memory is the linker's, exported when a library asks for it (GLib's do).
    const marks = / (__bss_start|_edata|_end)$/;
    const exported = lines.filter((line) => line && !line.includes('@GLIBC') && !marks.test(line));
    assert.deepEqual(exported, []);
  });

  test(`${name} is position independent, read-only where it can be, and without an executable stack`, () => {
    const headers = tool('readelf', '-hldW', path);
    assert.match(headers, /Type:\s+DYN/);
    assert.match(headers, /GNU_RELRO/);
    assert.match(headers, /FLAGS_1.*NOW.*PIE/);
    assert.match(headers, /GNU_STACK\s.*\sRW\s/);
    assert.ok(symbols('U', '-D', path).includes('__stack_chk_fail'), 'no stack protector');
  });

  test(`${name} contains nothing of the page's side`, () => {
    const page = symbols('T', '--defined-only', 'build/release/libpcs_core_page.a');
    assert.ok(page.length > 0, 'the page\'s side has no function');
    const inside = new Set(symbols('Tt', '--defined-only', path));
    assert.deepEqual(page.filter((symbol) => inside.has(symbol)), []);
  });
}

test('what ships neither reports nor leaks secrets', () => {
  const marks = text('CMakeLists.txt').match(/PCS_TEST_[A-Z_]+/g) ?? [];
  assert.ok(marks.includes('PCS_TEST_SECRETS'), 'the test builds have another name now');
  const installed = text('CMakeLists.txt').match(/install\(TARGETS [^)]*\)/g).join('\n');
  assert.doesNotMatch(installed, /-(test|leak)\b/);
  for (const name of [...shipped, ...windows]) {
    const side = symbols('Tt', '--defined-only', `build/release/${name}`).filter((symbol) => /test_secret|secret_report/.test(symbol));
    assert.deepEqual(side, [], name);
  }
});

// strlen is for the constants of ours that pcs_span_of_text takes; layout.test.js and review keep it so.
test('core needs nothing but mem* functions', () => {
  const libraries = ['build/release/libpcs_core.a', 'build/release/libpcs_core_page.a'];
  const defined = new Set(symbols('TDBRVW', '--defined-only', ...libraries));
  const allowed = /^(mem(cpy|move|set|cmp|chr)|strlen|__mem(cpy|move|set)_chk|__assert_fail|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_)$/;
  const needed = new Set(symbols('U', ...libraries).filter((symbol) => !defined.has(symbol) && !allowed.test(symbol)));
  assert.deepEqual([...needed], []);
});

test('everything a page loads is under 150 KB with gzip', (t) => {
  const notForPages = /^(node|electron)|\.d\.ts$/;
  const scripts = ['js', 'js/lib'].filter((folder) => existsSync(root + folder)).flatMap((folder) =>
    readdirSync(root + folder).filter((name) => /\.m?js$/.test(name) && !notForPages.test(name)).map((name) => `${folder}/${name}`),
  );
  const sizes = ['build/wasm/core.wasm', ...scripts].map((path) => [path, gzipSync(readFileSync(root + path), { level: 9 }).length]);
  const sum = sizes.reduce((total, [, bytes]) => total + bytes, 0);
  t.diagnostic(`core.wasm ${sizes[0][1]} bytes, ${scripts.length} scripts ${sum - sizes[0][1]} bytes, together ${sum} bytes with gzip`);
  assert.ok(sum < gzipMax, sizes.map(([path, bytes]) => `${bytes} ${path}`).join('\n'));
});
