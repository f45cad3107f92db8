// Our interfaces held against the standard's own IDL, member by member. What is not there is on a
// list here, with the reason; the list may not name what is there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createRequire } from 'node:module';
import { parse } from 'webidl2';
import * as interfaces from '../../js/lib/interfaces.js';
import { ChannelState, DtlsState, GatheringState, IceState } from '../../js/lib/names.js';

const read = (name) => parse(readFileSync(createRequire(import.meta.url).resolve(`@webref/idl/${name}.idl`), 'utf8'));

// Every member of these files is wanted. webrtc-priority: only what concerns data channels.
const definitions = [...read('webrtc'), ...read('webrtc-priority')];
const wanted = new Set(definitions.filter(({ type }) => type === 'interface').map(({ name }) => name));
const missing = new Map([
  // A polyfill cannot make an object that the browser transfers or clones.
  ['RTCDataChannel [Transferable]', 'needs the browser'],
  ['RTCCertificate [Serializable]', 'needs the browser'],
]);

function membersOf(name) {
  return definitions.filter((one) => one.type === 'interface' && one.name === name).flatMap(({ members }) => members);
}

// The fewest arguments of all overloads: the length of the function.
function lengthOf(overloads) {
  return Math.min(...overloads.map((given) => given.arguments.filter(({ optional, variadic }) => !optional && !variadic).length));
}

function checkAttribute(Class, { name, readonly, special }) {
  const holder = special === 'static' ? Class : Class.prototype;
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  assert.ok(descriptor?.get, 'is an accessor');
  assert.equal(descriptor.enumerable, true, 'is enumerable');
  assert.equal(Boolean(descriptor.set), !readonly, 'can be set if, and only if, it is not read-only');
}

function checkOperation(Class, overloads) {
  const [{ name, special, idlType }] = overloads;
  const holder = special === 'static' ? Class : Class.prototype;
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  assert.equal(typeof descriptor?.value, 'function', 'is a function');
  assert.equal(descriptor.enumerable, true, 'is enumerable');
  assert.equal(descriptor.value.length, lengthOf(overloads), 'length');
  if (idlType.generic === 'Promise' && special !== 'static') {
    const promise = descriptor.value.call({});
    assert.ok(promise instanceof Promise, 'promises, whatever it is called on');
    return promise.then(() => assert.fail('on the wrong object it rejects'), (error) => assert.ok(error instanceof TypeError));
  }
  if (special !== 'static' && name !== 'toJSON') assert.throws(() => descriptor.value.call({}), TypeError);
  return undefined;
}

function checkMaplike(Class) {
  for (const key of ['entries', 'forEach', 'get', 'has', 'keys', 'values']) assert.equal(typeof Class.prototype[key], 'function', key);
  assert.equal(Class.prototype[Symbol.iterator], Class.prototype.entries);
}

for (const name of wanted) {
  const Class = interfaces[name];
  test(`${name} has every member of the standard's IDL`, async (t) => {
    assert.ok(Class, 'the interface is there');
    const { inheritance } = definitions.find((one) => one.name === name && one.type === 'interface' && !one.partial);
    assert.equal(Object.getPrototypeOf(Class.prototype)?.constructor.name, inheritance ?? 'Object', 'inherits as it should');
    const members = membersOf(name);
    for (const member of members) {
      if (member.type === 'attribute') await t.test(member.name, () => checkAttribute(Class, member));
      if (member.type === 'maplike') await t.test('maplike', () => checkMaplike(Class));
    }
    for (const [key, overloads] of Object.entries(Object.groupBy?.(members, byName) ?? group(members, byName))) {
      if (key !== 'undefined') await t.test(`${key}()`, () => checkOperation(Class, overloads));
    }
    const constructor = members.filter(({ type }) => type === 'constructor');
    if (constructor.length > 0) {
      assert.equal(Class.length, lengthOf(constructor), 'the length of the constructor');
    } else {
      assert.throws(() => new Class(), TypeError);
    }
  });
}

function byName({ type, name }) {
  return type === 'operation' ? name : 'undefined';
}

function group(list, keyOf) {
  const groups = {};
  for (const one of list) (groups[keyOf(one)] ??= []).push(one);
  return groups;
}

test('what is not there is listed, and nothing else is', () => {
  const marks = ['Transferable', 'Serializable'];
  const found = definitions.filter(({ type }) => type === 'interface').flatMap(({ name, extAttrs }) =>
    extAttrs.filter((mark) => marks.includes(mark.name)).map((mark) => `${name} [${mark.name}]`));
  assert.deepEqual(found.sort(), [...missing.keys()].sort());
});

test('the states that the host reports are those of the standard', () => {
  const valuesOf = (name) => definitions.find((one) => one.type === 'enum' && one.name === name).values.map(({ value }) => value).sort();
  const known = { RTCDataChannelState: ChannelState, RTCDtlsTransportState: DtlsState, RTCIceTransportState: IceState, RTCIceGathererState: GatheringState };
  for (const [name, values] of Object.entries(known)) {
    assert.deepEqual(Object.values(values).filter((value) => typeof value === 'string').sort(), valuesOf(name), name);
  }
});
