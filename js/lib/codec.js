// Records of the boundary as bytes and as objects, driven by the tables of names.js. It takes and
// refuses exactly what core/boundary takes and refuses; tests/vectors/boundary.json holds them to it.
//
// A message is an object of its fields: u8, u16 and u32 are numbers, u64 is a bigint (a safe integer
// will do when encoding), text is a string, bytes are Uint8Arrays, a list is an array.
import { Limits, Message, Record, Status, messageById } from './names.js';

/** Length and id: what stands before a body. */
const headerBytes = 6;
const lengthBytes = 4;

/** Bytes or values that are no record; status is a number of Status, as in what the core throws. */
export class CodecError extends Error {
  constructor(status, what) {
    super(`${status.sentence} (${what})`);
    this.name = 'CodecError';
    this.status = status.number;
  }
}

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const widths = { u8: 1, u16: 2, u32: 4, u64: 8 };

/** The bytes of an ArrayBuffer or of any view, without a copy. */
function bytesOf(source) {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

// ---- writing ------------------------------------------------------------------------------------

/** Grows as it is written; one serves every encode(). */
class Writer {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  #reserve(size) {
    const start = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }

  begin() {
    this.#length = 0;
  }

  number(width, value) {
    const at = this.#reserve(width);
    if (width === 1) this.#view.setUint8(at, value);
    else if (width === 2) this.#view.setUint16(at, value);
    else if (width === 4) this.#view.setUint32(at, value);
    else this.#view.setBigUint64(at, value);
  }

  bytes(bytes) {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** The record so far, with its length written in front. */
  finish() {
    this.#view.setUint32(0, this.#length - lengthBytes);
    return this.#bytes.slice(0, this.#length);
  }

  get length() {
    return this.#length;
  }
}

const writer = new Writer();

function isInRange(kind, value) {
  if (kind === 'u64') return value >= 0n && value < 1n << 64n;
  return value >= 0 && value < 2 ** (8 * widths[kind]);
}

function writeNumber({ kind, name }, value) {
  const number = kind === 'u64' && Number.isSafeInteger(value) ? BigInt(value) : value;
  if (kind === 'u64' ? typeof number !== 'bigint' : !Number.isInteger(number)) {
    throw new CodecError(Status.TYPE, name);
  }
  if (!isInRange(kind, number)) throw new CodecError(Status.RANGE, name);
  writer.number(widths[kind], number);
}

function writeBytes({ kind, name, size, max }, value) {
  if (!(value instanceof Uint8Array)) throw new CodecError(Status.TYPE, name);
  if (kind === 'fixed' && value.length !== size) throw new CodecError(Status.RANGE, name);
  if (kind === 'bytes') {
    if (value.length > max) throw new CodecError(Status.TOO_LARGE, name);
    writer.number(2, value.length);
  }
  writer.bytes(value);
}

function writeText({ name, max }, value) {
  if (typeof value !== 'string') throw new CodecError(Status.TYPE, name);
  // A character is a byte or more: what is too long is known before it is encoded.
  const bytes = value.length <= max ? textEncoder.encode(value) : undefined;
  if (!bytes || bytes.length > max) throw new CodecError(Status.TOO_LARGE, name);
  writer.number(2, bytes.length);
  writer.bytes(bytes);
}

function writeList({ name, record, max }, value) {
  if (!Array.isArray(value)) throw new CodecError(Status.TYPE, name);
  if (value.length > max) throw new CodecError(Status.TOO_LARGE, name);
  writer.number(1, value.length);
  for (const item of value) writeFields(Record[record], item, name);
}

function writeField(field, value) {
  switch (field.kind) {
    case 'text':
      return writeText(field, value);
    case 'bytes':
    case 'fixed':
    case 'rest':
      return writeBytes(field, value);
    case 'one':
      return writeFields(Record[field.record], value, field.name);
    case 'list':
      return writeList(field, value);
    default:
      return writeNumber(field, value);
  }
}

function writeFields(fields, values, what) {
  if (typeof values !== 'object' || values === null) throw new CodecError(Status.TYPE, what);
  for (const field of fields) writeField(field, values[field.name]);
}

/** The whole record, header included, of the message called name. Every field must be given. */
export function encode(name, values) {
  const row = Object.hasOwn(Message, name) ? Message[name] : undefined;
  if (!row) throw new CodecError(Status.TYPE, `no message ${name}`);
  writer.begin();
  writer.number(4, 0);
  writer.number(2, row.id);
  writeFields(row.fields, values, name);
  if (writer.length - headerBytes > row.size) throw new CodecError(Status.TOO_LARGE, name);
  return writer.finish();
}

/** A SEND record as [header, payload], for links that take several pieces: no byte is copied. */
export function encodeSend(channel, kind, payload) {
  const { id, size } = Message.send;
  const header = new Uint8Array(headerBytes + 5);
  const view = new DataView(header.buffer);
  if (payload.length + 5 > size) throw new CodecError(Status.TOO_LARGE, 'payload');
  view.setUint32(0, header.length - lengthBytes + payload.length);
  view.setUint16(4, id);
  view.setUint32(6, channel);
  view.setUint8(10, kind);
  return [header, payload];
}

// ---- reading ------------------------------------------------------------------------------------

/** Reads a body from its start to its end; throws at the first byte that is not there. */
class Reader {
  #bytes;
  #view;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get left() {
    return this.#bytes.length - this.#at;
  }

  #take(size, name) {
    if (size > this.left) throw new CodecError(Status.SYNTAX, `${name} is cut off`);
    this.#at += size;
    return this.#at - size;
  }

  number(kind, name) {
    const at = this.#take(widths[kind], name);
    if (kind === 'u8') return this.#view.getUint8(at);
    if (kind === 'u16') return this.#view.getUint16(at);
    return kind === 'u32' ? this.#view.getUint32(at) : this.#view.getBigUint64(at);
  }

  /** A view of the next bytes. */
  bytes(size, name) {
    const at = this.#take(size, name);
    return this.#bytes.subarray(at, at + size);
  }
}

function readCounted(reader, { name, max }) {
  const length = reader.number('u16', name);
  if (length > max) throw new CodecError(Status.SYNTAX, `${name} is too long`);
  return reader.bytes(length, name);
}

function readText(reader, field) {
  const bytes = readCounted(reader, field);
  try {
    return textDecoder.decode(bytes);
  } catch {
    throw new CodecError(Status.SYNTAX, `${field.name} is not UTF-8`);
  }
}

function readList(reader, { name, record, max }) {
  const count = reader.number('u8', name);
  if (count > max) throw new CodecError(Status.SYNTAX, `${name} has too many items`);
  return Array.from({ length: count }, () => readFields(reader, Record[record], {}));
}

function readField(reader, field) {
  switch (field.kind) {
    case 'text':
      return readText(reader, field);
    case 'bytes':
      return readCounted(reader, field).slice(); // a copy: it may outlive the link's buffer by far
    case 'fixed':
      return reader.bytes(field.size, field.name).slice();
    case 'rest':
      return reader.bytes(reader.left, field.name);
    case 'one':
      return readFields(reader, Record[field.record], {});
    case 'list':
      return readList(reader, field);
    default:
      return reader.number(field.kind, field.name);
  }
}

function readFields(reader, fields, into) {
  for (const field of fields) into[field.name] = readField(reader, field);
  return into;
}

/**
 * The message with that id and body: {name, ...fields}. A payload that fills the rest of a record is
 * a view of body; everything else is the caller's own.
 */
export function decode(id, body) {
  const row = messageById.get(id);
  if (!row) throw new CodecError(Status.SYNTAX, `no message ${id}`);
  if (body.length > row.size) throw new CodecError(Status.SYNTAX, `${row.name} is too long`);
  const reader = new Reader(bytesOf(body));
  const message = readFields(reader, row.fields, { name: row.name });
  if (reader.left > 0) throw new CodecError(Status.SYNTAX, `${row.name} has trailing bytes`);
  return message;
}

/**
 * Cuts records off a stream that arrives in chunks of any size. A record that lies in one chunk is a
 * view of it; one that does not is copied once, when its last byte is there. Chunks are kept, not
 * copied: whoever pushes one must not write to it again.
 */
export class RecordReader {
  #chunks = [];
  #first = 0; // index of the oldest chunk that still has bytes to give
  #offset = 0; // of those bytes in it
  #available = 0;
  #recordBytes = 0; // of the record that is being waited for, 0 while its length is unknown

  push(chunk) {
    const bytes = bytesOf(chunk);
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#available += bytes.length;
  }

  /** The next record as {id, body}, or null until more is pushed. Throws at a length that cannot be. */
  next() {
    if (this.#recordBytes === 0 && !this.#readLength()) return null;
    if (this.#available < this.#recordBytes) return null;
    const bytes = this.#take(this.#recordBytes);
    this.#recordBytes = 0;
    return { id: (bytes[lengthBytes] << 8) | bytes[lengthBytes + 1], body: bytes.subarray(headerBytes) };
  }

  #readLength() {
    if (this.#available < lengthBytes) return false;
    let length = 0;
    for (let at = 0; at < lengthBytes; at++) length = length * 256 + this.#peek(at);
    if (length < headerBytes - lengthBytes) throw new CodecError(Status.SYNTAX, 'a record without an id');
    if (length > Limits.recordBytesMax - lengthBytes) throw new CodecError(Status.TOO_LARGE, 'a record');
    this.#recordBytes = lengthBytes + length;
    return true;
  }

  #peek(at) {
    let index = this.#first;
    let offset = this.#offset + at;
    while (offset >= this.#chunks[index].length) offset -= this.#chunks[index++].length;
    return this.#chunks[index][offset];
  }

  #take(size) {
    const chunk = this.#chunks[this.#first];
    if (chunk.length - this.#offset < size) return this.#gather(size);
    const bytes = chunk.subarray(this.#offset, this.#offset + size);
    this.#advance(size);
    return bytes;
  }

  #gather(size) {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; ) {
      const chunk = this.#chunks[this.#first];
      const part = chunk.subarray(this.#offset, this.#offset + size - at);
      bytes.set(part, at);
      at += part.length;
      this.#advance(part.length);
    }
    return bytes;
  }

  #advance(size) {
    this.#offset += size;
    this.#available -= size;
    if (this.#offset < this.#chunks[this.#first].length) return;
    this.#chunks[this.#first++] = undefined;
    this.#offset = 0;
    // The array is emptied when it has nothing left, and cut when most of it is spent.
    if (this.#available === 0 || this.#first > 1024) {
      this.#chunks.splice(0, this.#first);
      this.#first = 0;
    }
  }
}
