// The types by TypeScript itself: strict, by both ways it looks modules up; and that what lib.dom promises
// of an interface is there when the program runs.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import * as interfaces from '../../js/lib/interfaces.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.ts')).map((name) => folder + name);

// Of WebRTC Encoded Transform; index.d.ts says so.
const missing = ['RTCRtpReceiver.prototype.transform', 'RTCRtpSender.prototype.transform'];

const kinds = { nodenext: [ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
  bundler: [ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler] };

function program([module, moduleResolution], rootNames = files, more = {}) {
  return ts.createProgram(rootNames, { noEmit: true, strict: true, exactOptionalPropertyTypes: true, target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'], types: [], module, moduleResolution, skipLibCheck: false,
    skipDefaultLibCheck: true, ...more });
}

function complaints(checked) {
  // Electron's own declarations are its authors' matter.
  return ts.getPreEmitDiagnostics(checked).filter(({ file }) => !file?.fileName.includes('/node_modules/')).map(({ file, start, messageText }) => {
    const line = file ? `${file.fileName.slice(file.fileName.lastIndexOf('/') + 1)}:${file.getLineAndCharacterOfPosition(start).line + 1}` : '';
    return `${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

for (const [name, kind] of Object.entries(kinds)) {
  test(`the types hold in strict mode with moduleResolution ${name}`, () => assert.deepEqual(complaints(program(kind)), []));
}

test('the Electron example fits Electron\'s types and the package\'s own doors', () => {
  const example = fileURLToPath(new URL('../../demo/electron/main.js', import.meta.url));
  assert.deepEqual(complaints(program(kinds.nodenext, [example], { allowJs: true, checkJs: true, types: ['node'] })), []);
});

test('every member that lib.dom declares of an interface is there, but those listed here', () => {
  const checked = program(kinds.bundler);
  const checker = checked.getTypeChecker();
  const [file] = checked.getSourceFiles().filter(({ fileName }) => fileName.endsWith('/assignable.ts'));
  const named = (symbols) => [...symbols].map((symbol) => symbol.getName()).filter((name) => !name.startsWith('__'));
  const lacking = [];
  let declared = 0;
  for (const [name, Class] of Object.entries(interfaces)) {
    const symbol = checker.resolveName(name, file, ts.SymbolFlags.Interface, false);
    const value = checker.resolveName(name, file, ts.SymbolFlags.Value, false);
    if (!symbol || !value) continue; // not in this lib.dom, or a dictionary of that name
    const own = named(symbol.members.values());
    const statics = named(checker.getPropertiesOfType(checker.getTypeOfSymbol(value)));
    declared += own.length + statics.length;
    lacking.push(...own.filter((member) => !(member in Class.prototype)).map((member) => `${name}.prototype.${member}`));
    lacking.push(...statics.filter((member) => !(member in Class)).map((member) => `${name}.${member}`));
  }
  assert.ok(declared > 100, `lib.dom declares ${declared}`);
  assert.deepEqual(lacking.sort(), missing);
});

test('the types name the interfaces that are there, and no others', () => {
  const declared = readFileSync(new URL('../../js/index.d.ts', import.meta.url), 'utf8').matchAll(/^export const (RTC\w+)/gm);
  assert.deepEqual([...declared].map(([, name]) => name).sort(), Object.keys(interfaces).sort());
});
