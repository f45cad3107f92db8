// Web IDL in plain JavaScript: conversions of arguments, and what makes a class an interface. Knows
// no interface by name.

// The key to constructors that script may not call: it never leaves this package.
export const internal = Symbol('internal');

export function checkInternal(key) {
  if (key !== internal) throw new TypeError('Illegal constructor');
}

export function checkArguments(given, needed, what) {
  if (given.length < needed) {
    throw new TypeError(`${what}: ${needed} arguments are needed, ${given.length} were given`);
  }
}

export function toDOMString(value) {
  return `${value}`; // unlike String(), refuses a symbol
}

export function toUSVString(value) {
  return `${value}`.toWellFormed();
}

// toInteger converts as [EnforceRange] unsigned of that many bits: out of range is a TypeError.
export function toEnforcedInteger(value, bits, what) {
  const number = Math.trunc(+value);
  const max = bits === 64 ? Number.MAX_SAFE_INTEGER : 2 ** bits - 1;
  if (!(number >= 0 && number <= max)) throw new TypeError(`${what}: ${number} is out of range`);
  return number + 0; // -0 becomes 0
}

export function toUnsignedShort(value) {
  return toModulo(value, 16);
}

export function toUnsignedLong(value) {
  return toModulo(value, 32);
}

export function toLong(value) {
  return +value | 0;
}

function toModulo(value, bits) {
  const number = Math.trunc(+value);
  if (!Number.isFinite(number)) return 0;
  const range = 2 ** bits;
  return ((number % range) + range) % range;
}

export function toEnum(value, values, what) {
  const text = toDOMString(value);
  if (!values.includes(text)) throw new TypeError(`${what}: "${text}" is not one of ${values.join(', ')}`);
  return text;
}

// toDictionary gives an object whose members may be read; undefined and null are the empty one.
export function toDictionary(value, what) {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw new TypeError(`${what}: not an object`);
  return value;
}

export function toSequence(value, convert, what) {
  if (!isObject(value) || typeof value[Symbol.iterator] !== 'function') {
    throw new TypeError(`${what}: not a sequence`);
  }
  return Array.from(value, convert);
}

// toCallback accepts what a callback function argument may be.
export function toCallback(value, what) {
  if (typeof value !== 'function') throw new TypeError(`${what}: not a function`);
  return value;
}

// optional and nullable: what convert gives, but for the values that mean "not there".
export function optional(value, fallback, convert) {
  return value === undefined ? fallback : convert(value);
}

export function nullable(value, convert) {
  return value === undefined || value === null ? null : convert(value);
}

export function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

// attempt runs the steps of an operation that returns a promise: what they throw, it rejects with.
export function attempt(steps) {
  try {
    return Promise.resolve(steps());
  } catch (error) {
    return Promise.reject(error);
  }
}

// defineInterface gives a class the looks of a Web IDL interface: members are enumerable and
// @@toStringTag is its name.
export function defineInterface(Class, name = Class.name) {
  const { prototype } = Class;
  for (const [object, skipped] of [[prototype, ['constructor']], [Class, ['prototype', 'name', 'length']]]) {
    for (const key of Object.getOwnPropertyNames(object)) {
      if (!skipped.includes(key)) Object.defineProperty(object, key, { enumerable: true });
    }
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}
