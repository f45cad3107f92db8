// One row of a table is one struct, encoder, decoder, handler, vector and JavaScript name. C structs,
// encoders, decoders and the gate are made from the rows by the compiler; what is written by hand is
// looked for here.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as names from '../js/lib/names.js';
import { writeNames } from '../wasm/names.mjs';

const { Message, messageById, Record, Status, statusByNumber } = names;
const source = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const exists = (path) => existsSync(new URL(`../${path}`, import.meta.url));
const withoutComments = (text) => text.replace(/\/\*[^]*?\*\//g, '');

/** Names and numbers of a table's rows, read with nothing of wasm/names.mjs. */
function rowsOf(path, macro, shape) {
  return [...withoutComments(source(path)).matchAll(new RegExp(`^${macro}\\(${shape}`, 'gm'))].map((match) => match.slice(1));
}

const messages = rowsOf('core/boundary/messages.def', 'PCS_MESSAGE', '([A-Z_]+), ([a-z_]+), (0x[0-9a-f]{4}), (TO_HOST|TO_PAGE)');

test('js/lib/names.js is what the tables say today', () => {
  assert.equal(source('js/lib/names.js'), writeNames(), 'run node wasm/names.mjs js/lib/names.js');
});

test('every message has one row, one id and one JavaScript name', () => {
  const calls = withoutComments(source('core/boundary/messages.def')).match(/PCS_MESSAGE\(/g);
  assert.equal(messages.length, calls.length, 'a row is not of the usual form');
  assert.equal(new Set(messages.map(([, , id]) => id)).size, messages.length, 'two rows have one id');
  assert.deepEqual(Object.values(Message).map(({ row }) => row), messages.map(([row]) => row));
  for (const [row, struct, id, direction] of messages) {
    const entry = messageById.get(Number(id));
    assert.equal(entry?.row, row);
    assert.equal(row.toLowerCase(), struct, 'a struct is called as its row');
    assert.equal(entry.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), struct);
    assert.equal(entry.direction, direction === 'TO_HOST' ? 'toHost' : 'toPage');
    assert.equal(Number(id) >= 0x8000, direction === 'TO_PAGE', 'the high bit of an id is its direction');
  }
});

test('every message has its vectors, which are the seeds of its fuzzer', () => {
  const vectors = JSON.parse(source('tests/vectors/boundary.json'));
  for (const [row] of messages) {
    const kinds = vectors.filter(({ message, status }) => message === row && status === 'OK').map(({ kind }) => kind);
    assert.deepEqual(kinds, ['zero', 'filled'], row);
  }
  assert.deepEqual([...new Set(vectors.map(({ message }) => message))], messages.map(([row]) => row));
});

test('every message to the host has one handler', { skip: !exists('host/worker/handlers.c') }, () => {
  const handlers = withoutComments(source('host/worker/handlers.c'));
  // A handler table that is expanded from messages.def has every row by construction.
  if (/#include "core\/boundary\/messages\.def"/.test(handlers)) return;
  for (const [row, , , direction] of messages) {
    const uses = handlers.match(new RegExp(`\\bPCS_MSG_${row}\\b`, 'g')) ?? [];
    if (direction === 'TO_HOST') assert.ok(uses.length > 0, `${row} has no handler`);
  }
});

test('every field of a message is a kind that the codecs know, and every record exists', () => {
  const kinds = new Set(['u8', 'u16', 'u32', 'u64', 'fixed', 'text', 'bytes', 'rest', 'one', 'list']);
  const all = [...Object.values(Message).map(({ fields }) => fields), ...Object.values(Record)];
  for (const fields of all) {
    assert.equal(new Set(fields.map(({ name }) => name)).size, fields.length);
    for (const [at, field] of fields.entries()) {
      assert.ok(kinds.has(field.kind), field.kind);
      if (field.record) assert.ok(Record[field.record], field.record);
      if (field.kind === 'rest') assert.equal(at, fields.length - 1, 'REST is the last field');
    }
  }
});

test('every status has one number, one JavaScript class and one sentence', () => {
  const statuses = rowsOf('core/base/status.def', 'PCS_STATUS', '([A-Z_]+), (\\d+), (\\w+), "([^"]+)"');
  assert.equal(Object.keys(Status).length, statuses.length + 1);
  for (const [name, number, jsClass, sentence] of statuses) {
    assert.deepEqual(Status[name], { name, number: Number(number), jsClass, sentence });
    assert.equal(statusByNumber.get(Number(number)), Status[name]);
  }
  assert.equal(statusByNumber.get(0), Status.OK);
});

test('every enumeration reads both ways, and its strings are those that C uses', () => {
  const table = withoutComments(source('core/boundary/names.def'));
  const enumerations = table.match(/PCS_NAMES\(\w+/g).map((call) => call.slice('PCS_NAMES('.length));
  for (const name of enumerations) {
    const enumeration = names[`_${name}`.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())];
    assert.ok(enumeration, name);
    for (const [key, value] of Object.entries(enumeration)) assert.equal(String(enumeration[value]), key);
  }
  assert.equal(names.IceState.disconnected, 4);
  assert.equal(names.CandidateType[1], 'prflx');
  assert.equal(names.Hash['sha-256'], 3);
});

test('nothing that scripts share can be changed by one of them', () => {
  'use strict';
  assert.throws(() => { Message.send.fields[0].kind = 'u8'; }, TypeError);
  assert.throws(() => { Status.DENIED.number = 0; }, TypeError);
  assert.throws(() => { names.IceState.new = 5; }, TypeError);
});
