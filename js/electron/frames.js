// WebSocket frames as a client writes and reads them (RFC 6455 5), for a link: binary frames are only
// a way to carry a stream of bytes.
import { randomFillSync } from 'node:crypto';

export const Opcode = { continuation: 0, binary: 2, close: 8, ping: 9, pong: 10 };

const headerBytesMax = 16; // 14, and the payload lies at a multiple of four
const wordsFrom = 64; // shorter payloads are masked byte by byte
const frameBytesMax = 64 * 1024 * 1024;

// frameOf gives one whole frame, masked with a key of its own (5.3).
export function frameOf(opcode, payload) {
  const memory = Buffer.allocUnsafeSlow(headerBytesMax + payload.length);
  const body = memory.subarray(headerBytesMax);
  const start = headerBytesMax - headerLength(payload.length) - 4;
  memory[start] = 0x80 | opcode;
  if (payload.length < 126) {
    memory[start + 1] = 0x80 | payload.length;
  } else if (payload.length < 0x10000) {
    memory[start + 1] = 0x80 | 126;
    memory.writeUInt16BE(payload.length, start + 2);
  } else {
    memory[start + 1] = 0x80 | 127;
    memory.writeBigUInt64BE(BigInt(payload.length), start + 2);
  }
  const key = memory.subarray(headerBytesMax - 4, headerBytesMax);
  randomFillSync(key);
  body.set(payload);
  mask(body, key);
  return memory.subarray(start);
}

function headerLength(length) {
  if (length < 126) return 2;
  return length < 0x10000 ? 4 : 10;
}

function mask(body, key) {
  let at = 0;
  if (body.length >= wordsFrom) {
    const words = new Uint32Array(body.buffer, body.byteOffset, body.length >> 2);
    const word = new Uint32Array(Uint8Array.from(key).buffer)[0];
    for (let i = 0; i < words.length; i++) words[i] ^= word;
    at = words.length << 2;
  }
  for (; at < body.length; at++) body[at] ^= key[at & 3];
}

// FrameReader takes bytes as they come; onData(bytes) for what binary frames carry, as soon as it is
// there; onControl(opcode, payload) for a whole control frame. push throws for what no server sends.
export class FrameReader {
  #head = Buffer.alloc(0);
  #left = 0; // of the running frame's payload
  #control = null; // { opcode, parts } of a running control frame
  #onData;
  #onControl;

  constructor({ onData, onControl }) {
    this.#onData = onData;
    this.#onControl = onControl;
  }

  push(chunk) {
    let rest = this.#head.length > 0 ? Buffer.concat([this.#head, chunk]) : chunk;
    this.#head = Buffer.alloc(0);
    while (rest.length > 0) {
      if (this.#left === 0) {
        const length = this.#begin(rest);
        if (length === 0) {
          this.#head = Buffer.from(rest);
          return;
        }
        rest = rest.subarray(length);
      }
      const part = rest.subarray(0, this.#left);
      rest = rest.subarray(part.length);
      this.#take(part);
    }
  }

  // begin reads a header: its length, 0 when not all of it is there.
  #begin(bytes) {
    if (bytes.length < 2) return 0;
    const short = bytes[1] & 0x7f;
    const length = headerLength(short < 126 ? short : short === 126 ? 126 : 0x10000);
    if (bytes.length < length) return 0;
    if ((bytes[0] & 0x70) !== 0 || (bytes[1] & 0x80) !== 0) throw new Error('a frame is masked or extended');
    const opcode = bytes[0] & 0x0f;
    if (short === 126) this.#left = bytes.readUInt16BE(2);
    else if (short === 127) this.#left = Number(bytes.readBigUInt64BE(2));
    else this.#left = short;
    this.#check(opcode, (bytes[0] & 0x80) !== 0);
    if (this.#control && this.#left === 0) this.#finish();
    return length;
  }

  #check(opcode, isFinal) {
    if (opcode >= Opcode.close) {
      if (!isFinal || this.#left > 125 || opcode > Opcode.pong) throw new Error('a control frame is wrong');
      this.#control = { opcode, parts: [] };
    } else if (opcode !== Opcode.binary && opcode !== Opcode.continuation) {
      throw new Error('a frame is not binary');
    } else if (this.#left > frameBytesMax) {
      throw new Error('a frame is too long');
    }
  }

  #take(part) {
    if (part.length === 0) return;
    this.#left -= part.length;
    if (!this.#control) {
      this.#onData(new Uint8Array(part));
    } else {
      this.#control.parts.push(Buffer.from(part));
      if (this.#left === 0) this.#finish();
    }
  }

  #finish() {
    const { opcode, parts } = this.#control;
    this.#control = null;
    this.#onControl(opcode, Buffer.concat(parts));
  }
}
