// The vectors of the boundary: one rule that C (tests/core/boundary/vectors_test.c) and JavaScript
// follow apart from each other, so that equal bytes mean equal codecs.
//
//   node tests/vectors/boundary.mjs          rewrites tests/vectors/boundary.json
//
// A row of the file is {message, kind, status, hex}. kind "zero": every number 0, every list and
// text empty. "filled": every value drawn by the rule below. hex is the whole record. All other
// kinds are refused: hex is a body with the named field one over its limit, or not UTF-8.
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { encode } from '../../js/lib/codec.js';
import { Message, Record } from '../../js/lib/names.js';

export const vectorsUrl = new URL('boundary.json', import.meta.url);
/** RFC 3629: over-long, surrogates, above U+10FFFF, lone continuation, cut off, never a first byte. */
const wrongTexts = [
  'c0af', 'c1bf', 'e09fbf', 'f08fbfbf', 'eda080', 'edbfbf', 'f4908080', 'f5808080', '80', 'c3', 'e282', 'f09f98', 'ff',
].map((text) => [...Buffer.from(text, 'hex')]);
/** Bodies above it are left to the tests that build them in memory. */
const refusedBytesMax = 2048;
const widths = { u8: 1, u16: 2, u32: 4, u64: 8 };

const hex = (bytes) => Buffer.from(bytes).toString('hex');

/** The next of a row's numbers; it starts with the row's id. */
function draw(state) {
  state.n = (Math.imul(state.n, 31) + 7) >>> 0;
  return state.n;
}

function fillBytes(n, size) {
  return Uint8Array.from({ length: size }, (_, at) => (n + at) & 255);
}

function fillText(n, size) {
  // Two bytes of UTF-8 first, so that bytes and characters differ.
  const letters = Array.from({ length: size - 2 }, (_, at) => String.fromCharCode(97 + ((n + at) % 26)));
  return `\u00e9${letters.join('')}`;
}

function fillField(field, state) {
  if (field.kind === 'one') return fillRecord(field.record, state);
  if (field.kind === 'list') {
    return Array.from({ length: Math.min(field.max, 2) }, () => fillRecord(field.record, state));
  }
  const n = draw(state);
  if (field.kind === 'u64') return (BigInt(n) << 32n) | BigInt(~n >>> 0);
  if (field.kind in widths) return n % 2 ** (8 * widths[field.kind]);
  if (field.kind === 'fixed') return fillBytes(n, field.size);
  const size = field.kind === 'rest' ? 20 : Math.min(field.max, 3 + (n % 10));
  return field.kind === 'text' ? fillText(n, size) : fillBytes(n, size);
}

function zeroField(field) {
  if (field.kind === 'one') return zeroFields(Record[field.record]);
  if (field.kind === 'list') return [];
  if (field.kind === 'text') return '';
  if (field.kind in widths) return 0;
  return new Uint8Array(field.size ?? 0);
}

const zeroFields = (fields) => Object.fromEntries(fields.map((field) => [field.name, zeroField(field)]));
const fillFields = (fields, state) => Object.fromEntries(fields.map((field) => [field.name, fillField(field, state)]));
const fillRecord = (record, state) => fillFields(Record[record], state);

/** The values of a row, by the rule: "zero" or "filled". */
export function valuesOf(row, kind) {
  return kind === 'zero' ? zeroFields(row.fields) : fillFields(row.fields, { n: row.id });
}

/** Every place in fields where a limit stands: the path to it, the bytes before and after it. */
function limitedPlaces(fields, path = '') {
  const zeros = fields.map((field) => zeroBytes(field));
  return fields.flatMap((field, index) => {
    const around = { before: zeros.slice(0, index).flat(), after: zeros.slice(index + 1).flat() };
    const place = { path: path + field.name, field, ...around };
    if (field.kind === 'text' || field.kind === 'bytes') return [place];
    if (field.kind !== 'one' && field.kind !== 'list') return [];
    const count = field.kind === 'list' ? [1] : [];
    const inner = limitedPlaces(Record[field.record], `${place.path}.`).map((each) => ({
      ...each,
      before: [...around.before, ...count, ...each.before],
      after: [...each.after, ...around.after],
    }));
    return field.kind === 'list' ? [place, ...inner] : inner;
  });
}

function zeroBytes(field) {
  if (field.kind === 'one') return Record[field.record].flatMap(zeroBytes);
  const size = { list: 1, text: 2, bytes: 2, rest: 0 }[field.kind] ?? field.size ?? widths[field.kind];
  return new Array(size).fill(0);
}

/** What is one over the limit of a place; undefined when its count cannot say so. */
function overLimit({ kind, max, record }) {
  const items = max + 1;
  if (kind === 'list') return [items, ...Array.from({ length: items }, () => Record[record].flatMap(zeroBytes)).flat()];
  return items > 65535 ? undefined : [items >> 8, items & 255, ...new Array(items).fill(97)];
}

/** [{kind, body}] of every body of this row that must be refused for a limit or for its text. */
export function refusedBodies(row) {
  return limitedPlaces(row.fields).flatMap(({ path, field, before, after }) => {
    const over = overLimit(field);
    // One wrong text for every field, all of them for one field.
    const texts = field.kind === 'text' ? wrongTexts.slice(0, row.row === 'GOODBYE' ? undefined : 1) : [];
    const wrongs = texts.map((text) => [0, text.length, ...text]);
    return [
      ...(over ? [{ kind: `over ${path}`, body: Uint8Array.from([...before, ...over, ...after]) }] : []),
      ...wrongs.map((wrong) => ({ kind: `not UTF-8 ${path}`, body: Uint8Array.from([...before, ...wrong, ...after]) })),
    ];
  });
}

/** All vectors, computed. */
export function makeVectors() {
  return Object.values(Message).flatMap((row) => [
    ...['zero', 'filled'].map((kind) => ({
      message: row.row,
      kind,
      status: 'OK',
      hex: hex(encode(row.name, valuesOf(row, kind))),
    })),
    ...refusedBodies(row)
      .filter(({ body }) => body.length <= refusedBytesMax)
      .map(({ kind, body }) => ({ message: row.row, kind, status: 'SYNTAX', hex: hex(body) })),
  ]);
}

/** One vector on a line: tests/core/boundary/vectors_test.c reads lines. */
export function writeVectors(vectors) {
  return `[\n${vectors.map((vector) => JSON.stringify(vector)).join(',\n')}\n]\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(vectorsUrl, writeVectors(makeVectors()));
}
