// Conversions of Web IDL: what script may pass, and what becomes of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  attempt, defineInterface, nullable, optional, toDictionary, toDOMString, toEnforcedInteger, toEnum, toSequence,
  toUnsignedLong, toUnsignedShort, toUSVString,
} from '../../js/lib/webidl.js';

test('[EnforceRange] refuses what does not fit and truncates what does', () => {
  assert.equal(toEnforcedInteger(65535, 16, 'id'), 65535);
  assert.equal(toEnforcedInteger('7.9', 16, 'id'), 7);
  assert.ok(Object.is(toEnforcedInteger(-0.5, 16, 'id'), 0));
  for (const bad of [-1, 65536, NaN, Infinity, 'x', undefined, {}]) {
    assert.throws(() => toEnforcedInteger(bad, 16, 'id'), TypeError, String(bad));
  }
  assert.throws(() => toEnforcedInteger(1n, 16, 'id'), TypeError);
  assert.throws(() => toEnforcedInteger(2 ** 53, 64, 'expires'), TypeError);
});

test('a plain unsigned integer wraps, and nonsense is 0', () => {
  assert.equal(toUnsignedShort(65537), 1);
  assert.equal(toUnsignedShort(-1), 65535);
  assert.equal(toUnsignedShort('abc'), 0);
  assert.equal(toUnsignedLong(-1), 4294967295);
  assert.equal(toUnsignedLong(Infinity), 0);
});

test('strings: a symbol is refused, a lone surrogate replaced in a USVString only', () => {
  assert.throws(() => toDOMString(Symbol('s')), TypeError);
  assert.equal(toDOMString(null), 'null');
  assert.equal(toDOMString('\uD800'), '\uD800');
  assert.equal(toUSVString('a\uD800'), 'a\uFFFD');
});

test('an enumeration refuses values it does not have', () => {
  assert.equal(toEnum('all', ['all', 'relay'], 'policy'), 'all');
  assert.throws(() => toEnum('ALL', ['all', 'relay'], 'policy'), TypeError);
});

test('a dictionary may be left out, but not be a primitive', () => {
  assert.deepEqual(toDictionary(undefined, 'd'), {});
  assert.deepEqual(toDictionary(null, 'd'), {});
  for (const bad of [1, 'x', true, Symbol('s')]) assert.throws(() => toDictionary(bad, 'd'), TypeError);
});

test('a sequence is anything that can be iterated, but not a string', () => {
  assert.deepEqual(toSequence(new Set([1, 2]), String, 's'), ['1', '2']);
  for (const bad of ['abc', null, {}, 3]) assert.throws(() => toSequence(bad, String, 's'), TypeError);
});

test('optional members know undefined, nullable ones null too', () => {
  assert.equal(optional(undefined, 'fallback', String), 'fallback');
  assert.equal(optional(null, 'fallback', String), 'null');
  assert.equal(nullable(null, String), null);
  assert.equal(nullable(0, String), '0');
});

test('what the steps of a promise operation throw, it rejects with', async () => {
  await assert.rejects(attempt(() => { throw new TypeError('x'); }), TypeError);
  const promise = Promise.resolve(1);
  assert.equal(attempt(() => promise), promise, 'no tick is added to a promise');
});

test('members of an interface are enumerable and it has its name as a tag', () => {
  class Thing {
    get member() { return 1; }
    act() {}
    static make() {}
  }
  defineInterface(Thing);
  assert.deepEqual(Object.keys(Thing.prototype), ['member', 'act']);
  assert.deepEqual(Object.keys(Thing), ['make']);
  assert.equal(String(new Thing()), '[object Thing]');
});
