// RTCCertificate (webrtc-pc 4.9.2). The key pair stays in the host; this is its handle.
import { hexOfBytes } from './hex.js';
import { Hash } from './names.js';
import { checkInternal, defineInterface } from './webidl.js';

// certificateOf gives what the session needs of a certificate: { session, handle, expires }.
export let certificateOf;

// fingerprintOf gives a fingerprint record as RTCDtlsFingerprint.
export function fingerprintOf({ hash, value }) {
  return { algorithm: Hash[hash], value: hexOfBytes(value, ':') };
}

export class RTCCertificate {
  #slots;

  constructor(...[key, slots]) {
    checkInternal(key);
    this.#slots = slots;
  }

  get expires() {
    return this.#slots.expires;
  }

  getFingerprints() {
    return this.#slots.fingerprints.map((fingerprint) => ({ ...fingerprint }));
  }

  static {
    certificateOf = (certificate) => certificate.#slots;
    defineInterface(this);
  }
}
