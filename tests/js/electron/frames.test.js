// WebSocket frames of the trusted process: every length, cut anywhere, and what no server sends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameOf, FrameReader, Opcode } from '../../../js/electron/frames.js';

const lengths = [0, 1, 2, 63, 64, 65, 67, 125, 126, 127, 65535, 65536, 65539, 300_000];

function bytesOf(length) {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + length) & 0xff);
}

/** A frame as a server writes it: without a mask. */
function served(first, payload) {
  const length = payload.length;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  const head = Buffer.alloc(length < 0x10000 ? 4 : 10);
  head[0] = first;
  head[1] = length < 0x10000 ? 126 : 127;
  if (length < 0x10000) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** What a client wrote, as a server reads it. */
function unmasked(frame) {
  const short = frame[1] & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  const length = short < 126 ? short : short === 126 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
  const key = frame.subarray(start, start + 4);
  const body = frame.subarray(start + 4);
  return { first: frame[0], isMasked: (frame[1] & 0x80) !== 0, length, key, payload: Uint8Array.from(body, (byte, at) => byte ^ key[at & 3]) };
}

function reader() {
  const heard = { data: [], control: [] };
  const frames = new FrameReader({
    onData: (bytes) => heard.data.push(bytes),
    onControl: (opcode, payload) => heard.control.push([opcode, payload.toString()]),
  });
  return { heard, push: (bytes) => frames.push(bytes) };
}

test('a client\'s frames carry any length, masked with a key of their own', () => {
  const keys = new Set();
  for (const length of lengths) {
    const payload = bytesOf(length);
    const before = payload.slice();
    const frame = unmasked(frameOf(Opcode.binary, payload));
    assert.deepEqual([frame.first, frame.isMasked, frame.length], [0x82, true, length]);
    assert.deepEqual(frame.payload, payload, `${length} bytes`);
    assert.deepEqual(payload, before, 'what was given is as it was');
    keys.add(frame.key.toString('hex'));
  }
  assert.ok(keys.size > 1);
});

test('a server\'s frames are one stream, wherever they are cut', () => {
  for (const step of [1, 2, 3, 7, 1000, 65536, 1 << 20]) cut(lengths.filter((length) => step > 7 || length < 1000), step);
  cut([65536], 6); // its header is longer
});

function cut(some, step) {
  const parts = some.map(bytesOf);
  const stream = Buffer.concat([...parts.map((part, at) => served(at % 2 ? 0x80 : 0x02, part)), served(0x89, Buffer.from('are you there')),
    served(0x82, bytesOf(9)), served(0x8a, Buffer.alloc(0)), served(0x88, Buffer.from('\x03\xe8bye', 'latin1'))]);
  const whole = Buffer.concat([...parts, bytesOf(9)]);
  const { heard, push } = reader();
  for (let at = 0; at < stream.length; at += step) push(stream.subarray(at, at + step));
  assert.ok(Buffer.concat(heard.data).equals(whole), `in steps of ${step}`);
  assert.deepEqual(heard.control.map(([opcode]) => opcode), [Opcode.ping, Opcode.pong, Opcode.close]);
  assert.equal(heard.control[0][1], 'are you there');
}

test('data that was told owns its memory', () => {
  const { heard, push } = reader();
  const chunk = served(0x82, bytesOf(5));
  push(chunk);
  chunk.fill(0);
  assert.deepEqual(heard.data[0], bytesOf(5));
  assert.equal(heard.data[0].buffer.byteLength, 5, 'a port would carry all of it');
});

test('what no server sends is an error', () => {
  const long = Buffer.from([0x82, 127, 0, 0, 0, 0, 0xff, 0, 0, 0]);
  const endless = Buffer.from([0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  const masked = Buffer.from(frameOf(Opcode.binary, bytesOf(4)));
  for (const bytes of [masked, long, endless, served(0x81, bytesOf(1)), served(0xc2, bytesOf(1)), served(0x83, bytesOf(1)), served(0x8b, bytesOf(1)),
    served(0x09, bytesOf(1)), served(0x89, bytesOf(126))]) {
    assert.throws(() => reader().push(bytes), Error, bytes.subarray(0, 12).toString('hex'));
  }
});
