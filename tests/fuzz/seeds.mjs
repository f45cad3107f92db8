// Writes the first corpus of message_fuzz, one file for each vector of the boundary:
//
//   node tests/fuzz/seeds.mjs FOLDER
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Message } from '../../js/lib/names.js';
import { vectorsUrl } from '../vectors/boundary.mjs';

/** The record of a vector: those that are refused are bodies and need a header. */
function recordOf({ message, status, hex }) {
  const bytes = Buffer.from(hex, 'hex');
  if (status === 'OK') return bytes;
  const header = Buffer.alloc(6);
  header.writeUInt32BE(bytes.length + 2, 0);
  header.writeUInt16BE(Object.values(Message).find(({ row }) => row === message).id, 4);
  return Buffer.concat([header, bytes]);
}

const folder = process.argv[2];
if (!folder) throw new Error('usage: node tests/fuzz/seeds.mjs FOLDER');
mkdirSync(folder, { recursive: true });
for (const [at, vector] of JSON.parse(readFileSync(vectorsUrl, 'utf8')).entries()) {
  writeFileSync(join(folder, `${String(at).padStart(3, '0')}-${vector.message.toLowerCase()}`), recordOf(vector));
}
