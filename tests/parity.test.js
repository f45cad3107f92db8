// The native and the WebAssembly core are built from the same files: on the same vectors they must
// say the same, byte by byte. The native side speaks through the unit program core-parity_test.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadCore } from '../js/lib/core.js';
import { Message, Status } from '../js/lib/names.js';
import { vectorsUrl } from './vectors/boundary.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const program = here('../build/debug/tests/core-parity_test');
const core = await loadCore(readFileSync(here('../build/wasm/core.wasm')));

const facts = {
  generation: 1, ufrag: 'ufrag', password: 'passwordpasswordpassword', tlsId: 'abcdefghijklmnopqrstuvwxyz',
  fingerprints: [{ hash: 3, value: Uint8Array.from({ length: 32 }, (_, at) => (at < 4 ? at + 1 : 0)) }],
};
const peer = 77;

function native(kind, ...paths) {
  return execFileSync(program, [kind, ...paths], { maxBuffer: 64 << 20 }).toString();
}

/** What steps did as one line of the report: "offer SYNTAX 7". */
function attempt(what, steps) {
  try {
    steps();
    return { line: `${what} OK 0\n`, done: true };
  } catch (error) {
    assert.equal(typeof error.status, 'number', error.stack);
    return { line: `${what} ${error.name} ${error.name === 'SYNTAX' ? error.line : 0}\n`, done: false };
  }
}

const hex = (bytes) => `${Buffer.from(bytes).toString('hex')}\n`;
const described = ({ type, sdp }) => `${sdp}${type}\n`;
// The one random number of ours.
const withoutSessionId = ({ type, sdp }) => ({ type, sdp: sdp.replace(/^o=- \d+ /m, 'o=- 0 ') });

function reportSdp(text) {
  const answerer = core.newNegotiation(facts);
  const offer = attempt('offer', () => answerer.setDescription('remote', 'offer', text));
  let report = offer.line;
  if (offer.done) {
    report += attempt('answer', () => answerer.setDescription('local', 'answer', '')).line;
    report += described(answerer.description('currentRemote'));
    report += described(withoutSessionId(answerer.description('currentLocal')));
    report += hex(answerer.takeMessages(peer));
  }
  answerer.close();
  const offerer = core.newNegotiation(facts);
  offerer.addDataSection();
  report += attempt('offered', () => offerer.setDescription('local', 'offer', '')).line;
  report += attempt('answered', () => offerer.setDescription('remote', 'answer', text)).line;
  report += hex(offerer.takeMessages(peer));
  offerer.close();
  return report;
}

function reportCandidate(text) {
  let written = '';
  const { line } = attempt('candidate', () => {
    written = `${core.candidateText(core.parseCandidate(text))}\n`;
  });
  return line + written;
}

function reportUrl(text) {
  let written = '';
  const { line } = attempt('url', () => {
    const { scheme, transport, port, host } = core.parseIceServerUrl(text);
    written = `${scheme} ${transport} ${port} ${host}\n`;
  });
  return line + written;
}

function sdpFiles(folder) {
  return readdirSync(folder).filter((name) => name.endsWith('.sdp')).sort().map((name) => `${folder}/${name}`);
}

function compareDescriptions(paths) {
  for (const path of paths) {
    // Not all are UTF-8; what JavaScript reads is what the page's core is given.
    const text = readFileSync(path, 'utf8');
    if (!Buffer.from(text).equals(readFileSync(path))) continue;
    assert.equal(reportSdp(text), native('sdp', path), path);
  }
}

test('descriptions: native and WebAssembly say the same', () => {
  assert.ok(existsSync(program), 'build/debug is not built: run ./bootstrap test');
  const paths = sdpFiles(here('./vectors/sdp'));
  assert.ok(paths.length >= 8);
  compareDescriptions(paths);
});

const shared = here('../../shared/vectors/sdp');
test('descriptions of many programs: native and WebAssembly say the same', {
  skip: existsSync(shared) ? false : 'there is no ../shared/vectors/sdp',
}, () => compareDescriptions(sdpFiles(shared)));

for (const [kind, file, report] of [
  ['candidates', './vectors/candidates.txt', reportCandidate],
  ['urls', './vectors/server_urls.txt', reportUrl],
]) {
  test(`${kind}: native and WebAssembly say the same`, () => {
    const lines = readFileSync(here(file), 'utf8').split('\n').slice(0, -1);
    assert.ok(lines.length >= 10);
    assert.equal(lines.map(report).join(''), native(kind, here(file)));
  });
}

test('records: WebAssembly takes and refuses what the vectors of the boundary say', () => {
  const vectors = JSON.parse(readFileSync(vectorsUrl, 'utf8'));
  assert.ok(vectors.length > 0);
  for (const { message, status, hex: digits } of vectors) {
    const row = Object.values(Message).find((each) => each.row === message);
    const given = Buffer.from(digits, 'hex');
    const header = Buffer.alloc(6);
    header.writeUInt32BE(given.length + 2, 0);
    header.writeUInt16BE(row.id, 4);
    const record = status === 'OK' ? given : Buffer.concat([header, given]);
    assert.equal(core.checkMessage(row.direction, record), Status[status].number, `${message} ${digits.slice(0, 40)}`);
    const other = row.direction === 'toHost' ? 'toPage' : 'toHost';
    assert.notEqual(core.checkMessage(other, record), 0, `${message} the other way`);
  }
});
