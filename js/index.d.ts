// Types of the doors. The interfaces are those of lib.dom; what is not there yet is said here.

/** A link to the host: bytes both ways. Extend it to make a session over a transport of your own. */
export abstract class Link {
  write(head: Uint8Array, tail?: Uint8Array): void;
  flush(): void;
  close(): void;
  hold(): void;
  release(): void;
  /** Sends bytes; calls done when their memory may be used again. */
  protected abstract transmit(bytes: Uint8Array, done: () => void): void;
  protected abstract shut(): void;
  abstract isFull(): boolean;
  protected received(chunk: Uint8Array): void;
  protected drained(): void;
  protected ended(reason: string): void;
}

/** The page's copy of the core: SDP and negotiation, nothing secret. */
export interface Core {
  readonly __core: unique symbol;
}

export function loadCore(source: BufferSource | Response | Promise<BufferSource | Response>): Promise<Core>;

/** Why a session has ended: a status of core/base/status.def and a sentence. */
export interface SessionEnd {
  status: number;
  reason: string;
}

/** One link to the host, after HELLO and WELCOME. */
export class Session {
  static open(link: Link, core: Core, options?: { token?: Uint8Array }): Promise<Session>;
  /** Resolves when the link has ended, by whomever. */
  readonly closed: Promise<SessionEnd>;
  readonly isClosed: boolean;
  close(): void;
  private constructor();
}

/** Replaces the WebRTC interfaces of target by those of this package, for a session. */
export function install(target: object, session: Session): void;

/**
 * As in lib.dom, with data channels only: addTrack and addTransceiver throw a NotSupportedError;
 * getSenders, getReceivers and getTransceivers are empty; nobody can have an RTCRtpSender to remove.
 */
export const RTCPeerConnection: typeof globalThis.RTCPeerConnection;
export const RTCCertificate: typeof globalThis.RTCCertificate;
/** As in lib.dom; a channel cannot be transferred to a worker. */
export const RTCDataChannel: typeof globalThis.RTCDataChannel;
export const RTCDataChannelEvent: typeof globalThis.RTCDataChannelEvent;
export const RTCDtlsTransport: typeof globalThis.RTCDtlsTransport;
export const RTCError: typeof globalThis.RTCError;
export const RTCErrorEvent: typeof globalThis.RTCErrorEvent;
export const RTCIceCandidate: typeof globalThis.RTCIceCandidate;
/** Not in every lib.dom yet. */
export const RTCIceCandidatePair: { prototype: { readonly local: InstanceType<typeof RTCIceCandidate>; readonly remote: InstanceType<typeof RTCIceCandidate> } };
export const RTCIceTransport: typeof globalThis.RTCIceTransport;
export const RTCPeerConnectionIceErrorEvent: typeof globalThis.RTCPeerConnectionIceErrorEvent;
export const RTCPeerConnectionIceEvent: typeof globalThis.RTCPeerConnectionIceEvent;
export const RTCSctpTransport: typeof globalThis.RTCSctpTransport;
export const RTCSessionDescription: typeof globalThis.RTCSessionDescription;
export const RTCStatsReport: typeof globalThis.RTCStatsReport;
/** Media is not supported yet: nobody can have one of these; getCapabilities gives null for every kind. */
export const RTCDTMFSender: typeof globalThis.RTCDTMFSender;
export const RTCRtpReceiver: typeof globalThis.RTCRtpReceiver;
export const RTCRtpSender: typeof globalThis.RTCRtpSender;
export const RTCRtpTransceiver: typeof globalThis.RTCRtpTransceiver;
export const RTCDTMFToneChangeEvent: typeof globalThis.RTCDTMFToneChangeEvent;
export const RTCTrackEvent: typeof globalThis.RTCTrackEvent;
