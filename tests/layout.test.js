// The layout rules of the design, checked over the tree as it stands: who may include what, where
// clocks, randomness and memory come from, how long a file may be, what may lie at the top.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const made = new Set(['.git', 'build', 'node_modules']);
const linesMax = 500;

/** All files below a folder, as paths from the root. */
function filesIn(folder) {
  if (!existsSync(root + folder)) return [];
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (made.has(path)) return [];
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}

const allFiles = filesIn('');
const text = (path) => readFileSync(root + path, 'utf8');
const isC = (path) => /\.[ch]$/.test(path);
const under = (path, ...folders) => folders.some((folder) => path.startsWith(`${folder}/`));
const product = allFiles.filter((path) => isC(path) && under(path, 'core', 'host', 'wasm'));

/** C source without comments and string contents, so that a rule sees only code. */
function code(path) {
  return text(path).replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"/g, (part) =>
    part.startsWith('"') ? '""' : '\n'.repeat(part.split('\n').length - 1),
  );
}

/** Every #include of a file: {line, name, quoted}. */
function includes(path) {
  return text(path).split('\n').flatMap((content, index) => {
    const match = /^\s*#\s*include\s*(["<])([^">]+)[">]/.exec(content);
    return match ? [{ at: `${path}:${index + 1}`, name: match[2], quoted: match[1] === '"' }] : [];
  });
}

/** Fails with one line for each breach: "file:line: what". */
function expectNone(breaches, rule) {
  assert.equal(breaches.length, 0, `${rule}\n  ${breaches.join('\n  ')}`);
}

function includeBreaches(files, isAllowed) {
  return files.flatMap((path) =>
    includes(path).filter((include) => !isAllowed(include, path)).map(({ at, name }) => `${at}: ${name}`),
  );
}

function codeBreaches(files, pattern) {
  return files.flatMap((path) =>
    code(path).split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

// string.h and assert.h are for mem* and assert; parts.test.js checks what the library then needs.
const freestanding = new Set(
  ['stdalign', 'stdarg', 'stdbool', 'stddef', 'stdint', 'stdnoreturn', 'limits', 'string', 'assert'].map((name) => `${name}.h`),
);
const hosted = new Set(
  ['ctype', 'errno', 'inttypes', 'math', 'signal', 'stdatomic', 'stdio', 'stdlib', 'time', 'threads'].map((name) => `${name}.h`),
);
const protocols = ['ice', 'dtls', 'sctp', 'srtp', 'rtp'];

test('core includes only core and freestanding headers', () => {
  const core = product.filter((path) => under(path, 'core'));
  assert.ok(core.length > 0, 'there is no core');
  expectNone(
    includeBreaches(core, ({ name, quoted }) => (quoted ? name.startsWith('core/') : freestanding.has(name))),
    'core is pure: it includes core/ and freestanding C headers',
  );
});

test('inside core, the host-side folders do not reach up into sdp and jsep', () => {
  const lower = product.filter((path) => under(path, 'core/base', 'core/plan', 'core/policy', 'core/boundary', 'host'));
  expectNone(
    includeBreaches(lower, ({ name }) => !/^core\/(sdp|jsep)\//.test(name)),
    'sdp and jsep are the page\'s side',
  );
});

test('the protocols of the host never include each other', () => {
  const files = product.filter((path) => protocols.some((name) => under(path, `host/${name}`)));
  const breaches = includeBreaches(files, ({ name, quoted }, path) => {
    const own = path.split('/').slice(0, 2).join('/');
    return !quoted || under(name, 'core', 'host/crypto', own);
  });
  expectNone(breaches, 'only worker/peer sees several protocols');
});

test('every quoted include is a full path', () => {
  expectNone(
    includeBreaches(product, ({ name, quoted }) => !quoted || /^(core|host|wasm)\//.test(name)),
    'includes start at the root of the tree',
  );
});

test('openssl, usrsctp, srtp2 and sqlite are each seen in one place only', () => {
  const host = product.filter((path) => !under(path, 'core'));
  expectNone(
    includeBreaches(host, ({ name }, path) => !name.startsWith('openssl/') || under(path, 'host/dtls', 'host/crypto')),
    'openssl/ belongs to host/dtls and host/crypto',
  );
  expectNone(
    includeBreaches(host, ({ name }, path) => !name.startsWith('srtp2/') || under(path, 'host/srtp')),
    'srtp2/ belongs to host/srtp',
  );
  const users = host.filter((path) => includes(path).some(({ name }) => name === 'usrsctp.h'));
  assert.ok(users.length <= 1, `usrsctp.h belongs to one file, not to ${users.join(', ')}`);
  expectNone(
    includeBreaches(host, ({ name }, path) => name !== 'sqlite3.h' || path === 'host/broker/store_sql.h'),
    'sqlite3.h belongs to the permission store',
  );
});

test('headers of the operating system are seen in host/sys, host/link, host/embed, host/window and the two mains only', () => {
  const doors = new Set(['host/broker/main.c', 'host/worker/main.c']);
  const others = product.filter((path) => under(path, 'host') && !under(path, 'host/sys', 'host/link', 'host/embed', 'host/window') && !doors.has(path));
  const isAllowed = ({ name, quoted }) =>
    quoted || freestanding.has(name) || hosted.has(name) || /^(openssl|srtp2)\/|^(usrsctp|sqlite3)\.h$/.test(name);
  expectNone(includeBreaches(others, isAllowed), 'protocol code meets no operating system');
});

test('no window takes text for markup', () => {
  const windows = product.filter((path) => under(path, 'host/window'));
  assert.ok(windows.length > 0, 'there is no window');
  expectNone(
    codeBreaches(windows, /markup|gtk_builder|set_tooltip_text\((?!self->block, "")/i),
    'what a page wrote is shown as text: gtk_label_set_text',
  );
});

test('clock and randomness are asked for in host/sys and host/crypto/random.c only', () => {
  const calls =
    /\b(clock_gettime|gettimeofday|clock|time|uv_hrtime|uv_now|uv_random|getrandom|getentropy|random|s?rand|drand48|arc4random\w*|RAND_bytes)\s*\(/;
  const others = product.filter((path) => !under(path, 'host/sys') && path !== 'host/crypto/random.c');
  expectNone(codeBreaches(others, calls), 'time and randomness are arguments');
});

test('core allocates nothing', () => {
  const core = product.filter((path) => under(path, 'core'));
  expectNone(codeBreaches(core, /\b(malloc|calloc|realloc|free|alloca|strdup)\s*\(/), 'core works in the caller\'s memory');
});

test('no function that trusts a terminator or formats without a bound', () => {
  expectNone(
    codeBreaches(product, /\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|scanf|sscanf)\s*\(/),
    'bytes from outside are spans',
  );
});

test('no file is longer than 500 lines', () => {
  const files = allFiles.filter(
    (path) =>
      under(path, 'core', 'wasm', 'host', 'js', 'demo', 'tests') &&
      /\.([ch]|m?js|ts|sh|cmake|def|html|css)$/.test(path) &&
      !path.includes('/vectors/'),
  );
  const long = [...files, 'bootstrap'].map((path) => [path, text(path).split('\n').length - 1]).filter(([, lines]) => lines > linesMax);
  expectNone(long.map(([path, lines]) => `${path}: ${lines} lines`), 'aim at 100 to 300, split at 500');
});

test('the top level holds what was agreed and nothing else', () => {
  const agreed = new Set([
    'CMakeLists.txt', 'core', 'wasm', 'host', 'js', 'tests', 'demo', 'README.md',
    'CMakePresets.json', 'package.json', 'package-lock.json', 'bootstrap', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md',
  ]);
  const strangers = readdirSync(root).filter((name) => !name.startsWith('.') && !made.has(name) && !agreed.has(name));
  expectNone(strangers, 'the top level is fixed');
});

test('the lock file names no download address and a checksum for every package', () => {
  const { packages } = JSON.parse(text('package-lock.json'));
  const entries = Object.entries(packages).filter(([path]) => path !== '');
  assert.ok(entries.length > 0);
  expectNone(entries.filter(([, entry]) => entry.resolved).map(([path]) => path), 'no "resolved" in package-lock.json');
  expectNone(entries.filter(([, entry]) => !entry.integrity).map(([path]) => path), 'every package has its integrity');
});

test('no file names a package server, a folder of somebody\'s machine or unfinished work', () => {
  const files = allFiles.filter((path) => !/\.(png|ico|wasm|gz|bin|woff2?)$/.test(path) && !path.includes('/vectors/'));
  const server = /https?:\/\/[a-z0-9.-]*(debian|npm|nodesource)[a-z0-9.-]*/i;
  const folder = new RegExp('/(wor' + 'k|far' + 'm)/[a-z.]');
  const unfinished = new RegExp('\\b(TO' + 'DO|FIX' + 'ME|XX' + 'X)\\b|#if ' + '0');
  const breaches = files.flatMap((path) =>
    text(path).split('\n').flatMap((line, index) =>
      server.test(line) || folder.test(line) || (unfinished.test(line) && under(path, 'core', 'host', 'wasm', 'js'))
        ? [`${path}:${index + 1}: ${line.trim().slice(0, 100)}`]
        : [],
    ),
  );
  expectNone(breaches, 'the tree is the same on every machine');
});
