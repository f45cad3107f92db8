// Runs simple-peer's own test files, unmodified, with our WebRTC: node simple_peer_program.js FOLDER.
// They were written for a checkout with the packages of its authors; here each require() of theirs is
// answered by what this project has, and the address server they ask by an empty list. A test that
// makes a media stream is left out, and said to be.
import { readdirSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import tape from 'tape';
import { openPortcullis } from '../interop/ends/portcullis.js';

const folder = process.argv[2];
const require = createRequire(import.meta.url);
const wrtc = await openPortcullis();

const isAboutMedia = (steps) => /getMediaStream|addTransceiver|\bstream:/.test(String(steps));

function test(title, steps) {
  if (isAboutMedia(steps)) return console.log(`# SKIP ${title}`);
  return tape(title, { timeout: 30_000 }, steps);
}

const replacements = {
  '../': () => require('simple-peer'),
  tape: () => test,
  wrtc: () => wrtc,
  bowser: () => ({}),
  'simple-get': () => ({ concat: (url, done) => done(null, null, '{"iceServers":[]}') }),
  thunky: () => require('thunky'),
  'string-to-stream': () => require('string-to-stream'),
};

const load = Module._load;
Module._load = function loadForTests(request, parent, isMain) {
  const isTheirs = parent?.filename?.startsWith(join(folder, '/'));
  return isTheirs && replacements[request] ? replacements[request]() : load.call(this, request, parent, isMain);
};

process.env.WRTC = 'wrtc';
/* The last file of theirs ends the process; here that is for the results to do. */
for (const file of readdirSync(folder).filter((name) => name.endsWith('.js') && !name.startsWith('z-')).sort()) {
  require(join(folder, file));
}
tape.onFinish(() => process.exit());
