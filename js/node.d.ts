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

export interface Broker {
  /** The WebSocket address for connect() in a page. */
  readonly url: string;
  readonly pid: number;
  allow(origin: string): Promise<string>;
  /** A token, in hexadecimal, for one link of that origin, good for a minute. */
  token(origin: string): Promise<string>;
  close(): Promise<void>;
}

export interface BrokerOptions {
  allowOrigins?: string[];
  loopback?: boolean;
  addresses?: AddressMode;
  broker?: string;
  args?: string[];
  /** File descriptors the broker gets, from 4 on. */
  descriptors?: number[];
}

/** Starts a broker for the pages of a server. */
export function startBroker(options?: BrokerOptions): Promise<Broker>;
