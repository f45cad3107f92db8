// The JavaScript codec against the vectors that C is held to, and the stream of records.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CodecError, decode, encode, encodeSend, RecordReader } from '../../js/lib/codec.js';
import { Limits, Message, messageById, Payload, Status } from '../../js/lib/names.js';
import { makeVectors, refusedBodies, valuesOf, vectorsUrl, writeVectors } from '../vectors/boundary.mjs';

const vectors = JSON.parse(readFileSync(vectorsUrl, 'utf8'));
const rows = Object.values(Message);
const rowNamed = new Map(rows.map((row) => [row.row, row]));
const accepted = vectors.filter(({ status }) => status === 'OK');
const bytesOf = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
const headerBytes = 6;
const seed = Number(process.env.PCS_TEST_SEED ?? 20240607);

function refuses(action, status, what) {
  assert.throws(action, (error) => error instanceof CodecError && error.status === status.number, what);
}

/** Numbers below limit, the same for the same seed. */
function generator(start) {
  let state = start >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

test('the vectors are those of today\'s tables', () => {
  assert.equal(readFileSync(vectorsUrl, 'utf8'), writeVectors(makeVectors()), 'run node tests/vectors/boundary.mjs');
});

test('every message is encoded to its vector and decoded to what it was made of', () => {
  for (const { message, kind, hex } of accepted) {
    const row = rowNamed.get(message);
    const values = valuesOf(row, kind);
    assert.deepEqual(encode(row.name, values), bytesOf(hex), `${message} ${kind}`);
    // The numbers of a u64 come back as bigints, whatever was given.
    const wanted = JSON.parse(JSON.stringify({ name: row.name, ...values }, plain));
    const got = JSON.parse(JSON.stringify(decode(row.id, bytesOf(hex).subarray(headerBytes)), plain));
    assert.deepEqual(got, wanted, `${message} ${kind}`);
  }
});

function plain(_, value) {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Uint8Array ? [...value] : value;
}

test('every truncation of every message is refused', () => {
  for (const { message, kind, hex } of accepted) {
    const row = rowNamed.get(message);
    const body = bytesOf(hex).subarray(headerBytes);
    const payload = row.fields.some((field) => field.kind === 'rest');
    for (let length = 0; length < (payload ? 5 : body.length); length++) {
      refuses(() => decode(row.id, body.subarray(0, length)), Status.SYNTAX, `${message} ${kind} ${length}`);
    }
  }
});

test('a byte too many is refused', () => {
  for (const { message, kind, hex } of accepted) {
    const row = rowNamed.get(message);
    if (row.fields.some((field) => field.kind === 'rest')) continue;
    const body = bytesOf(`${hex}00`).subarray(headerBytes);
    refuses(() => decode(row.id, body), Status.SYNTAX, `${message} ${kind}`);
  }
});

test('one over each limit, and text that is not UTF-8, is refused: vectors and larger ones', () => {
  for (const { message, kind, hex } of vectors.filter(({ status }) => status !== 'OK')) {
    refuses(() => decode(rowNamed.get(message).id, bytesOf(hex)), Status.SYNTAX, `${message} ${kind}`);
  }
  for (const row of rows) {
    for (const { kind, body } of refusedBodies(row)) {
      refuses(() => decode(row.id, body), Status.SYNTAX, `${row.row} ${kind}`);
    }
    refuses(() => decode(row.id, new Uint8Array(row.size + 1)), Status.SYNTAX, `${row.row} over its size`);
  }
});

test('text at every edge of UTF-8 crosses, a byte order mark and a NUL included', () => {
  for (const reason of ['\u{80}\u{7ff}\u{800}\u{d7ff}', '\u{e000}\u{ffff}\u{10000}\u{10ffff}', '\u{feff}a', 'a\0b']) {
    const record = encode('goodbye', { status: 1, reason });
    assert.equal(decode(Message.goodbye.id, record.subarray(headerBytes)).reason, reason);
  }
});

test('an unknown id is refused', () => {
  for (let id = 0; id < 65536; id++) {
    if (!messageById.has(id)) refuses(() => decode(id, new Uint8Array(0)), Status.SYNTAX, `id ${id}`);
  }
});

const channel = {
  request: 1, peer: 2, negotiated: 0, id: 65535, ordered: 1, reliability: 0, reliabilityValue: 0, priority: 0,
  label: '', protocol: '',
};

test('a value that does not fit its field is not encoded', () => {
  const wrong = [
    [{ peer: undefined }, Status.TYPE],
    [{ peer: '2' }, Status.TYPE],
    [{ peer: 1.5 }, Status.TYPE],
    [{ peer: Number.NaN }, Status.TYPE],
    [{ ordered: true }, Status.TYPE],
    [{ peer: -1 }, Status.RANGE],
    [{ peer: 2 ** 32 }, Status.RANGE],
    [{ id: 65536 }, Status.RANGE],
    [{ ordered: 256 }, Status.RANGE],
    [{ label: 5 }, Status.TYPE],
    [{ label: 'a'.repeat(65536) }, Status.TOO_LARGE],
    [{ label: 'é'.repeat(32768) }, Status.TOO_LARGE],
  ];
  for (const [change, status] of wrong) {
    refuses(() => encode('openChannel', { ...channel, ...change }), status, JSON.stringify(change));
  }
  const full = { ...channel, label: 'a'.repeat(65535), protocol: 'é'.repeat(32767) };
  const bytes = encode('openChannel', full);
  assert.deepEqual(decode(Message.openChannel.id, bytes.subarray(headerBytes)), { name: 'openChannel', ...full });
  refuses(() => encode('noSuchMessage', {}), Status.TYPE);
  refuses(() => encode('constructor', {}), Status.TYPE);
  refuses(() => encode('closePeer', null), Status.TYPE);
});

test('lists, bytes and 64-bit integers have their limits too', () => {
  const fingerprint = { hash: 3, value: new Uint8Array(32) };
  const made = { request: 1, certificate: 2, expiresMs: 2n ** 64n - 1n, fingerprints: [fingerprint] };
  const bytes = encode('certificateMade', made);
  assert.equal(decode(Message.certificateMade.id, bytes.subarray(headerBytes)).expiresMs, 2n ** 64n - 1n);
  refuses(() => encode('certificateMade', { ...made, expiresMs: 2n ** 64n }), Status.RANGE);
  refuses(() => encode('certificateMade', { ...made, expiresMs: -1 }), Status.RANGE);
  refuses(() => encode('certificateMade', { ...made, expiresMs: 2 ** 60 }), Status.TYPE);
  refuses(() => encode('certificateMade', { ...made, fingerprints: new Array(9).fill(fingerprint) }), Status.TOO_LARGE);
  refuses(() => encode('certificateMade', { ...made, fingerprints: {} }), Status.TYPE);
  refuses(() => encode('certificateMade', { ...made, fingerprints: [7] }), Status.TYPE);
  const long = { hash: 3, value: new Uint8Array(65) };
  refuses(() => encode('certificateMade', { ...made, fingerprints: [long] }), Status.TOO_LARGE);
  refuses(() => encode('hello', { version: 1, token: 'text' }), Status.TYPE);
});

test('a refused message leaves nothing behind in the next one', () => {
  const before = encode('closePeer', { peer: 7 });
  refuses(() => encode('openChannel', { ...channel, protocol: 1 }), Status.TYPE);
  assert.deepEqual(encode('closePeer', { peer: 7 }), before);
});

test('a payload crosses without a copy and is the same record', () => {
  const payload = Uint8Array.from({ length: 1000 }, (_, at) => at & 255);
  const [header, tail] = encodeSend(0xfedcba98, Payload.binary, payload);
  assert.equal(tail, payload);
  const whole = encode('send', { channel: 0xfedcba98, kind: Payload.binary, payload });
  assert.deepEqual(Uint8Array.from([...header, ...tail]), whole);
  const body = whole.subarray(headerBytes);
  assert.equal(decode(Message.send.id, body).payload.buffer, body.buffer);
  const largest = new Uint8Array(Limits.messageBytesMax);
  assert.equal(encodeSend(1, Payload.text, largest)[1], largest);
  refuses(() => encodeSend(1, Payload.text, new Uint8Array(Limits.messageBytesMax + 1)), Status.TOO_LARGE);
  refuses(() => encode('send', { channel: 1, kind: 0, payload: new Uint8Array(Limits.messageBytesMax + 1) }), Status.TOO_LARGE);
});

test('what outlives a record is not a view of it', () => {
  const record = encode('hello', { version: 1, token: Uint8Array.of(1, 2, 3) });
  const { token } = decode(Message.hello.id, record.subarray(headerBytes));
  record.fill(0xff);
  assert.deepEqual(token, Uint8Array.of(1, 2, 3));
});

// ---- the stream ----

function drain(reader) {
  const records = [];
  for (let record = reader.next(); record !== null; record = reader.next()) records.push(record);
  return records;
}

const stream = new Uint8Array(Buffer.concat(accepted.map(({ hex }) => bytesOf(hex))));

function checkStream(records, what) {
  assert.equal(records.length, accepted.length, what);
  for (const [at, { id, body }] of records.entries()) {
    assert.equal(id, rowNamed.get(accepted[at].message).id, what);
    assert.deepEqual(new Uint8Array(body), bytesOf(accepted[at].hex).subarray(headerBytes), what);
  }
}

test('records come out whole however the stream is cut', () => {
  for (const size of [1, 2, 3, 5, 6, 7, 64, 1000, stream.length]) {
    const reader = new RecordReader();
    const records = [];
    for (let at = 0; at < stream.length; at += size) {
      reader.push(stream.slice(at, at + size));
      records.push(...drain(reader));
    }
    checkStream(records, `chunks of ${size}`);
  }
});

test('records come out whole when the stream is cut at random and read late', () => {
  const below = generator(seed);
  for (let round = 0; round < 50; round++) {
    const reader = new RecordReader();
    const records = [];
    for (let at = 0; at < stream.length; ) {
      const size = below(200);
      reader.push(stream.slice(at, at + size));
      at += size;
      if (below(3) === 0) records.push(...drain(reader));
    }
    checkStream([...records, ...drain(reader)], `seed ${seed}, round ${round}`);
  }
});

test('a record in one chunk is a view, one in several is copied once', (t) => {
  const reader = new RecordReader();
  const send = encode('send', { channel: 1, kind: 1, payload: new Uint8Array(Limits.messageBytesMax).fill(7) });
  reader.push(send);
  assert.equal(reader.next().body.buffer, send.buffer);

  const set = t.mock.method(Uint8Array.prototype, 'set');
  for (let at = 0; at < send.length; at += 65536) {
    assert.equal(reader.next(), null);
    reader.push(send.subarray(at, at + 65536));
  }
  const { body } = reader.next();
  const copied = set.mock.calls.reduce((sum, { arguments: [source] }) => sum + source.length, 0);
  assert.equal(copied, send.length);
  assert.deepEqual(Buffer.from(body), Buffer.from(send.subarray(headerBytes)));
});

test('a length that no record has is refused as soon as it is there', () => {
  const lengths = [[0, Status.SYNTAX], [1, Status.SYNTAX], [Limits.recordBytesMax - 3, Status.TOO_LARGE], [0xffffffff, Status.TOO_LARGE]];
  for (const [length, status] of lengths) {
    const reader = new RecordReader();
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, length);
    reader.push(bytes.subarray(0, 3));
    assert.equal(reader.next(), null);
    reader.push(bytes.subarray(3));
    refuses(() => reader.next(), status, `length ${length}`);
  }
  const reader = new RecordReader();
  reader.push(Uint8Array.of(0, 0, 0, 2, 0x12, 0x34));
  assert.deepEqual(reader.next(), { id: 0x1234, body: new Uint8Array(0) });
  reader.push(new ArrayBuffer(3));
  assert.equal(reader.next(), null);
});
