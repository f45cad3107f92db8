// Writes the JavaScript names of everything that C and JavaScript share, from the tables that C is
// compiled from, so that no name or number is ever copied by hand:
//
//   node wasm/names.mjs OUT        (the bootstrap writes js/lib/names.js)
//
// It reads the .def tables, the enums of the two headers beside them and limits.h. It decides
// nothing; what it cannot read it refuses.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = new URL('../', import.meta.url);

function refuse(why) {
  throw new Error(`names: ${why}`);
}

/** A C file without comments and line continuations. */
function readSource(path) {
  return readFileSync(new URL(path, root), 'utf8')
    .replace(/\/\*[^]*?\*\//g, ' ')
    .replace(/\\\n/g, ' ');
}

/** Where the parenthesis that opens at start closes. */
function closing(text, start) {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '"' && text[at - 1] !== '\\') quoted = !quoted;
    if (quoted) continue;
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return at;
  }
  return refuse(`a parenthesis is not closed: ${text.slice(start, start + 60)}`);
}

/** Cuts at the commas that stand outside parentheses and strings. */
function splitArguments(text) {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (const [at, char] of [...text].entries()) {
    if (char === '"' && text[at - 1] !== '\\') quoted = !quoted;
    if (!quoted) depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (char === ',' && depth === 0 && !quoted) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim());
}

/** Every call NAME(arguments...) at the top of text, in order: [{name, args}]. */
function calls(text) {
  const found = [];
  const start = /([A-Z][A-Z0-9_]*)\s*\(/g;
  for (let match; (match = start.exec(text)); ) {
    const open = start.lastIndex - 1;
    const close = closing(text, open);
    found.push({ name: match[1], args: splitArguments(text.slice(open + 1, close)) });
    start.lastIndex = close + 1;
  }
  return found;
}

/** The rows of a table: the arguments of each call of macro. */
function rowsOf(path, macro) {
  const rows = calls(readSource(path)).filter(({ name }) => name === macro);
  return rows.length > 0 ? rows.map(({ args }) => args) : refuse(`${path} has no ${macro}`);
}

const camel = (name) => name.toLowerCase().replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => camel(`_${name}`);

/** PCS_X -> its definition, as text. */
function readDefinitions() {
  const lines = readSource('core/base/limits.h').matchAll(/^#define[ \t]+(PCS_\w+)[ \t]+(\S.*)$/gm);
  return new Map([...lines].map(([, name, value]) => [name, value.trim()]).filter(([name]) => !name.endsWith('_H')));
}

const definitions = readDefinitions();

/** The value of a C integer expression made of numbers, limits and + - * << ( ). */
function evaluate(expression) {
  const plain = expression.replace(/\bPCS_\w+\b/g, (name) =>
    definitions.has(name) ? `(${evaluate(definitions.get(name))})` : refuse(`${name} is not defined`),
  );
  if (!/^(?:0x[0-9a-fA-F]+|\d+|[\s()+*-]|<<)+$/.test(plain)) refuse(`cannot evaluate ${expression}`);
  return Function(`return ${plain}`)();
}

function readLimits() {
  return Object.fromEntries([...definitions].map(([name, value]) => [camel(name.slice('PCS_'.length)), evaluate(value)]));
}

const numberKinds = new Set(['U8', 'U16', 'U32', 'U64']);

function readField({ name: macro, args: [first, second, third] }) {
  const kind = macro.toLowerCase();
  if (numberKinds.has(macro) || macro === 'REST') return { kind, name: camel(first) };
  if (macro === 'FIXED') return { kind, name: camel(first), size: evaluate(second) };
  if (macro === 'TEXT' || macro === 'BYTES') return { kind, name: camel(first), max: evaluate(second) };
  if (macro === 'ONE') return { kind, name: camel(second), record: camel(first) };
  if (macro === 'LIST') return { kind, name: camel(second), record: camel(first), max: evaluate(third) };
  return refuse(`unknown field kind ${macro}`);
}

function readRecords() {
  return Object.fromEntries(
    rowsOf('core/plan/records.def', 'PCS_RECORD').map(([name, fields]) => [camel(name), calls(fields).map(readField)]),
  );
}

function readMessages() {
  const rows = rowsOf('core/boundary/messages.def', 'PCS_MESSAGE').map(
    ([row, , id, direction, phase, right, times, size, fields]) => ({
      name: camel(row),
      row,
      id: evaluate(id),
      direction: camel(direction),
      phase: camel(phase),
      right: camel(right),
      once: times === 'ONCE',
      size: evaluate(size),
      fields: calls(fields).map(readField),
    }),
  );
  // decode() puts the message's name beside its fields.
  const clash = rows.find(({ fields }) => fields.some(({ name }) => name === 'name'));
  if (clash) refuse(`${clash.row} has a field called name`);
  return Object.fromEntries(rows.map((row) => [row.name, row]));
}

function readStatuses() {
  const ok = ['OK', '0', '', '"It went well."'];
  return Object.fromEntries(
    [ok, ...rowsOf('core/base/status.def', 'PCS_STATUS')].map(([name, number, jsClass, sentence]) => [
      name,
      { name, number: evaluate(number), jsClass, sentence: JSON.parse(sentence) },
    ]),
  );
}

/** Enumerators of one header: PCS_X -> number. */
function readEnumerators(path) {
  const found = new Map();
  for (const [, body] of readSource(path).matchAll(/enum\s+pcs_\w+\s*\{([^}#]*)\}/g)) {
    let next = 0;
    for (const item of body.split(',').map((text) => text.trim()).filter(Boolean)) {
      const [name, value] = item.split('=').map((text) => text.trim());
      next = value === undefined ? next : evaluate(value);
      found.set(name, next++);
    }
  }
  return found;
}

const headers = ['core/plan/plan.h', 'core/boundary/message.h', 'core/boundary/gate.h'];
const enumerators = new Map(headers.flatMap((path) => [...readEnumerators(path)]));

function readEnumerations() {
  return rowsOf('core/boundary/names.def', 'PCS_NAMES').map(([enumeration, names]) => {
    const values = calls(names).map(({ args: [value, text] }) => [
      JSON.parse(text),
      enumerators.get(value) ?? refuse(`${value} is no enumerator`),
    ]);
    return [pascal(enumeration), Object.fromEntries(values)];
  });
}

/** NONE and HOST stand beside the table in right.h. */
function readRights() {
  const rows = rowsOf('core/policy/right.def', 'PCS_RIGHT').map(([name, bit]) => [camel(name), 1 << evaluate(bit)]);
  return Object.fromEntries([['none', 0], ...rows, ['host', 1 << 15]]);
}

/** One property on a line, so that a difference between two versions can be read. */
function literal(table) {
  const lines = Object.entries(table).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  return `{\n${lines.join('')}}`;
}

/** The whole text of js/lib/names.js. */
export function writeNames() {
  const enumerations = readEnumerations().map(
    ([name, values]) => `export const ${name} = enumeration(${JSON.stringify(values)});\n`,
  );
  return `// Written by wasm/names.mjs from core's tables. Not to be edited.

function freeze(value) {
  if (typeof value === 'object') Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

/** Both ways: IceState.checking is 1 and IceState[1] is 'checking'. */
function enumeration(values) {
  return Object.freeze({ ...values, ...Object.fromEntries(Object.entries(values).map(([name, number]) => [number, name])) });
}

/** messages.def: one row per message. */
export const Message = freeze(${literal(readMessages())});
export const messageById = new Map(Object.values(Message).map((row) => [row.id, row]));

/** plan/records.def: the fields of each struct that messages carry. */
export const Record = freeze(${literal(readRecords())});

/** base/status.def; jsClass is the name of the error that script sees. */
export const Status = freeze(${literal(readStatuses())});
export const statusByNumber = new Map(Object.values(Status).map((row) => [row.number, row]));

/** base/limits.h. */
export const Limits = freeze(${literal(readLimits())});

/** policy/right.def: bits. */
export const Right = freeze(${literal(readRights())});

// boundary/names.def: the values that fields carry.
${enumerations.join('')}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const out = process.argv[2] ?? refuse('usage: node wasm/names.mjs OUT');
  mkdirSync(dirname(fileURLToPath(pathToFileURL(out))), { recursive: true });
  writeFileSync(out, writeNames());
}
