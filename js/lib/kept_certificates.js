// Certificates that outlive the page (RFC 8827 6.5; webrtc-pc 4.9.2: what a clone of a certificate
// carries is its handle, never the private key). A polyfill cannot make RTCCertificate cloneable, so
// the handle is a string, for the page to put into IndexedDB or wherever it likes. It means something
// to pages of the same origin inside the same embedder only, and nothing once the certificate has
// expired or the person has had the site forgotten.
import { bytesOfHex, hexOfBytes } from './hex.js';
import { certificateOf, fingerprintOf, RTCCertificate } from './RTCCertificate.js';
import { internal, toDOMString } from './webidl.js';

const handleForm = /^[0-9a-f]{32}$/;

// keepCertificate resolves with the handle. NotAllowedError: nothing is remembered of this page;
// QuotaExceededError: its origin has kept enough.
export async function keepCertificate(certificate) {
  const { session, handle } = slotsOf(certificate);
  const { kept } = await session.ask('keepCertificate', { certificate: handle });
  return hexOfBytes(kept);
}

// recallCertificate resolves with the RTCCertificate of a handle, or null when there is none for this
// page's origin.
export async function recallCertificate(session, handle) {
  const kept = bytesOfHandle(handle);
  if (!kept) return null;
  const made = await session.ask('recallCertificate', { kept });
  return made.certificate === 0 ? null : certificateFrom(session, made);
}

// forgetCertificate: the handle means nothing from now on. What has it as RTCCertificate keeps it.
export function forgetCertificate(session, handle) {
  const kept = bytesOfHandle(handle);
  if (kept) session.send('forgetCertificate', { kept });
}

// certificateFrom makes the object of what CERTIFICATE_MADE says.
export function certificateFrom(session, made) {
  const slots = {
    session,
    handle: made.certificate,
    expires: Number(made.expiresMs),
    fingerprints: made.fingerprints.map(fingerprintOf),
  };
  const certificate = new RTCCertificate(internal, slots);
  session.dropWhenCollected(certificate, slots.handle);
  return certificate;
}

function slotsOf(certificate) {
  if (!(certificate instanceof RTCCertificate)) throw new TypeError('keepCertificate: not an RTCCertificate');
  return certificateOf(certificate);
}

function bytesOfHandle(handle) {
  const text = toDOMString(handle);
  return handleForm.test(text) ? bytesOfHex(text) : null;
}
