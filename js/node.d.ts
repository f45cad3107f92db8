import type { Session } from './index.js';

export * from './index.js';

/** Which of the machine's addresses connections use and tell (RFC 8828). */
export type AddressMode = 'default' | 'default_public_and_private_interfaces' | 'default_public_interface_only'
  | 'disable_non_proxied_udp' | 'relay_only' | 'hide_until_accepted';

/** Starts a host for this program, which declares the origin, and opens a session with it. */
export function connect(options: {
  origin: string;
  /** Candidates on loopback addresses too. */
  loopback?: boolean;
  /** Otherwise 'default': host candidates are told as mDNS names. */
  addresses?: AddressMode;
  /** The broker program; else where brokerPath() finds it. */
  broker?: string;
  args?: string[];
  /** File descriptors the broker gets, from 4 on. */
  descriptors?: number[];
  wasm?: string | URL;
}): Promise<Session>;

/**
 * The broker program's path: the one asked for, PORTCULLIS_BROKER, this platform's package, or this
 * tree's build. Throws an Error that says what to do when there is none.
 */
export function brokerPath(asked?: string): string;

/** What can be granted: a name of core/policy/right.def. */
export type RightName =
  | 'data' | 'local-addresses' | 'microphone' | 'camera' | 'speaker' | 'screen' | 'window' | 'device-labels';
/** 'this call only', 'while this page is open', 'always on this site'. */
export type Duration = 'call' | 'page' | 'site';

/** What a person is to be asked. Nothing of it is the page's text; show origins in full. */
export interface Question {
  readonly id: string;
  readonly origin: string;
  readonly embedder: string;
  readonly rights: RightName[];
  /** What follows "This site wants to ", for each right. */
  readonly words: string[];
  readonly reason: string;
  readonly durations: Duration[];
  readonly canBlock: boolean;
  readonly peer: string[];
  readonly devices: { right: RightName; device: string; label: string }[];
  /** Aborted when the question is taken away: its page has gone. */
  readonly signal: AbortSignal;
}

export interface Answer {
  kind: 'allow' | 'deny' | 'block' | 'dismiss';
  duration?: Duration;
  rights?: RightName[];
  onlyThisPeer?: boolean;
  /** Indices into the question's devices, one for each right that needs one. */
  devices?: number[];
}

/** What one origin inside one page uses now. */
export interface Using {
  origin: string;
  embedder: string;
  rights: RightName[];
  calls: number;
  verified: boolean;
}

export interface Grant {
  id: string;
  origin: string;
  embedder: string;
  right: RightName;
  effect: 'allow' | 'block';
  duration: Duration;
  device: string;
  peer: string[];
  expiresMs: number | null;
}

/** reason: a name of core/policy/reason.def, for the person and never for the page. */
export interface Verdict {
  allowed: boolean;
  reason: string;
  grant: string | null;
  device: string | null;
  /** Resolves with a reason when what was allowed must stop, at once. */
  ended: Promise<string>;
  /** The use is over. */
  end(): Promise<void>;
}

export interface Consent {
  /** Answers a shell's own permission request with policy, prompt, memory and indicator. */
  ask(request: {
    origin: string;
    embedder?: string;
    rights: RightName | RightName[];
    device?: string;
    /** Fingerprints that DTLS has proved: "sha-256 AA:BB:...". */
    peer?: string | string[];
    isPrivate?: boolean;
  }): Promise<Verdict>;
  grants(): Promise<Grant[]>;
  revoke(id: string): Promise<void>;
  resetOrigin(origin: string): Promise<void>;
  forgetEverything(): Promise<void>;
  markMixed(origin: string, embedder?: string): Promise<void>;
  /** The person's control in the indicator. */
  stop(origin: string, embedder?: string): Promise<void>;
  /** Whether a person can see the indicator: when not, captures end. */
  seen(isSeen: boolean): Promise<void>;
}

export interface ConsentOptions {
  /** Where decisions are remembered; true for the user's own folder. Left out: nothing is. */
  state?: string | true;
  /** Permissions that a site did not use for so many days are forgotten; otherwise 90. */
  forgetUnusedDays?: number;
  /** Rights that need a person's word although they are usually free. */
  ask?: RightName[];
  /** Rights that nobody gets. */
  deny?: RightName[];
  /** Schemes that this program serves itself, as good as https. */
  secureSchemes?: string[];
  /** Asks the person. Left out: what must be asked is refused. */
  prompt?: ((question: Question) => Promise<Answer>) | 'auto' | 'gtk' | 'terminal' | 'none' | `file:${string}`;
  /** Shows what is used. Left out: nothing is captured. */
  indicator?: { show(lines: Using[]): void } | 'gtk' | 'terminal' | 'none';
  /** The broker program; else where brokerPath() finds it. */
  broker?: string;
  args?: string[];
}

/** Consent alone, with no page. */
export function startConsent(options?: ConsentOptions): Promise<Consent & { readonly pid: number; close(): Promise<void> }>;

/** The folder of `state: true` and of the command portcullis. */
export function stateFolder(): string;

export interface Broker {
  /** The WebSocket address for connect() in a page. */
  readonly url: string;
  readonly pid: number;
  readonly consent: Consent;
  allow(origin: string): Promise<string>;
  /** An address for the person's browser that shows what every page does, and ends it: good once,
   * within a minute. Only with `inspector: true`. */
  inspect(): Promise<string>;
  /** A token, in hexadecimal, for one link of that origin, good for a minute. */
  token(origin: string, around?: {
    embedder?: string;
    isPrivate?: boolean;
    isMixed?: boolean;
    /** Nothing of the page's connections is gathered or sent before both descriptions are there. */
    hideUntilAccepted?: boolean;
  }): Promise<string>;
  close(): Promise<void>;
}

export interface BrokerOptions extends ConsentOptions {
  allowOrigins?: string[];
  loopback?: boolean;
  /** Serve the inspector, on a loopback port of its own. */
  inspector?: boolean;
  addresses?: AddressMode;
  /** File descriptors the broker gets, from 4 on. */
  descriptors?: number[];
}

/** Starts a broker for the pages of a server. */
export function startBroker(options?: BrokerOptions): Promise<Broker>;
