// A running SHA-256 over a file from its first byte, whatever part of it is on its way: what lies
// before that part is read from the file itself.
import { sha256 } from '/node_modules/@noble/hashes/sha2.js';

const readBytes = 1 << 20;

export class Digest {
  #hash = sha256.create();
  #at = 0;

  // reach makes it cover exactly the first `at` bytes; read: async (from, to) => Uint8Array.
  async reach(at, read) {
    if (at < this.#at) {
      this.#hash = sha256.create();
      this.#at = 0;
    }
    while (this.#at < at) this.add(await read(this.#at, Math.min(at, this.#at + readBytes)));
  }

  add(bytes) {
    this.#hash.update(bytes);
    this.#at += bytes.length;
  }

  // hex is the digest of what it covers.
  hex() {
    return hexOf(this.#hash.clone().digest());
  }
}

// nameOf gives a file the same name in every session, without reading all of it.
export async function nameOf(file) {
  const start = new Uint8Array(await file.slice(0, readBytes).arrayBuffer());
  const about = new TextEncoder().encode(JSON.stringify([file.name, file.size, file.lastModified]));
  return hexOf(sha256.create().update(about).update(start).digest()).slice(0, 32);
}

function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
