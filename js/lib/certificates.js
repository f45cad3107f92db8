// generateCertificate (webrtc-pc 4.9): what may be asked for, and how it is asked of the host.
import { errorNamed } from './errors.js';
import { certificateFrom } from './kept_certificates.js';
import { KeyAlgorithm } from './names.js';
import { isObject, toDOMString, toEnforcedInteger, toUnsignedLong } from './webidl.js';

const dayMs = 24 * 60 * 60 * 1000;
const defaultLifetimeMs = 30 * dayMs;
const lifetimeMsMax = 365 * dayMs;

export async function generateCertificate(session, keygenAlgorithm) {
  const algorithm = toAlgorithm(keygenAlgorithm);
  const lifetimeMs = toLifetime(keygenAlgorithm);
  const made = await session.ask('makeCertificate', { algorithm, lifetimeMs: BigInt(lifetimeMs) });
  return certificateFrom(session, made);
}

// 1. to 4. Convert to RTCCertificateExpiration: absent is the default, and longer than a year is one.
function toLifetime(keygenAlgorithm) {
  const expires = isObject(keygenAlgorithm) ? keygenAlgorithm.expires : undefined;
  if (expires === undefined) return defaultLifetimeMs;
  return Math.min(toEnforcedInteger(expires, 64, 'expires'), lifetimeMsMax);
}

// 5. to 8. Normalize the algorithm; what we cannot or will not use is a NotSupportedError.
function toAlgorithm(keygenAlgorithm) {
  const given = isObject(keygenAlgorithm) ? keygenAlgorithm : { name: toDOMString(keygenAlgorithm) };
  if (given.name === undefined) throw new TypeError('keygenAlgorithm: name is missing');
  const name = toDOMString(given.name).toUpperCase();
  if (name === 'ECDSA' && toDOMString(member(given, 'namedCurve')) === 'P-256') {
    return KeyAlgorithm['ecdsa-p256'];
  }
  if (name === 'RSASSA-PKCS1-V1_5' && isUsableRsa(given)) return KeyAlgorithm['rsa-2048'];
  throw errorNamed('NotSupportedError', 'This key algorithm cannot be used for a certificate.');
}

function isUsableRsa(given) {
  const hash = member(given, 'hash');
  const exponent = member(given, 'publicExponent');
  if (!(exponent instanceof Uint8Array)) throw new TypeError('publicExponent: not a Uint8Array');
  return toUnsignedLong(member(given, 'modulusLength')) === 2048
    && exponent.reduce((value, byte) => value * 256 + byte, 0) === 65537
    && toDOMString(isObject(hash) ? hash.name : hash).toUpperCase() === 'SHA-256';
}

function member(given, name) {
  if (given[name] === undefined) throw new TypeError(`keygenAlgorithm: ${name} is missing`);
  return given[name];
}
