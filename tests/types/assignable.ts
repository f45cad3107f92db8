// Compiled, never run: the package's classes stand where those of lib.dom are asked for, and the other
// way round, and what does not exist is an error.
import * as portcullis from '../../js/index.js';
import type { Session } from '../../js/index.js';
import * as browser from '../../js/browser.js';
import * as node from '../../js/node.js';

type Names = Extract<keyof typeof portcullis, `RTC${string}`>;
type Ours<Name extends Names> = (typeof portcullis)[Name] extends { prototype: infer Instance } ? Instance : never;

// lib.dom's place, our object; our place, lib.dom's object.
export const given: RTCPeerConnection = new portcullis.RTCPeerConnection();
export const taken: Ours<'RTCPeerConnection'> = new globalThis.RTCPeerConnection();
export const channel: RTCDataChannel = given.createDataChannel('a', { negotiated: true, id: 1 });
export const ours: Ours<'RTCDataChannel'> = channel;

// A function written against lib.dom takes either constructor.
export function open(Class: typeof globalThis.RTCPeerConnection, options?: RTCConfiguration): RTCPeerConnection {
  return new Class(options);
}
open(portcullis.RTCPeerConnection, { iceServers: [{ urls: 'stun:stun.example' }], iceTransportPolicy: 'relay' });

export async function negotiate(pc: Ours<'RTCPeerConnection'>): Promise<void> {
  const certificate: RTCCertificate = await portcullis.RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' } as EcKeyGenParams);
  open(portcullis.RTCPeerConnection, { certificates: [certificate] });
  pc.addEventListener('datachannel', ({ channel: other }) => other.send(new Uint8Array(1)));
  pc.onicecandidate = ({ candidate }) => candidate && candidate.address;
  await pc.setLocalDescription();
  await pc.setRemoteDescription(new portcullis.RTCSessionDescription({ type: 'answer', sdp: '' }));
  await pc.addIceCandidate(new portcullis.RTCIceCandidate({ candidate: '', sdpMid: '0' }));
  const report: RTCStatsReport = await pc.getStats();
  report.forEach((row) => row.type);
  // @ts-expect-error there is no such member
  pc.createChannel('a');
  // @ts-expect-error a priority is a word
  pc.createDataChannel('a', { priority: 7 });
}

export async function sessions(): Promise<void> {
  const page: Session = await browser.connect({ url: 'ws://127.0.0.1:1/', token: '00' });
  const program: Session = await node.connect({ origin: 'https://app.example' });
  browser.install(globalThis, page);
  const { status, reason } = await program.closed;
  status.toFixed();
  reason.trim();
  // @ts-expect-error sessions are opened, not made
  new portcullis.Session();
  // @ts-expect-error a page has no origin to declare
  await browser.connect({ origin: 'https://app.example' });
  // @ts-expect-error and Node must
  await node.connect({});
}

export class OwnLink extends portcullis.Link {
  protected transmit(bytes: Uint8Array, done: () => void): void {
    this.received(bytes);
    done();
  }
  protected shut(): void {
    this.ended('');
  }
  isFull(): boolean {
    return false;
  }
}
