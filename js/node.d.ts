import type { Session } from './index.js';

export * from './index.js';

/** Starts a host for this program, which declares the origin, and opens a session with it. */
export function connect(options: {
  origin: string;
  /** Candidates on loopback addresses too. */
  loopback?: boolean;
  /** The broker program; else PORTCULLIS_BROKER, else this tree's build. */
  broker?: string;
  args?: string[];
  wasm?: string | URL;
}): Promise<Session>;

export interface Broker {
  /** The WebSocket address for connect() in a page. */
  readonly url: string;
  readonly pid: number;
  allow(origin: string): Promise<string>;
  /** A token, in hexadecimal, for one link of that origin, good for a minute. */
  token(origin: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts a broker for the pages of a server. */
export function startBroker(options?: {
  allowOrigins?: string[];
  loopback?: boolean;
  broker?: string;
  args?: string[];
  /** File descriptors the broker gets, from 4 on. */
  descriptors?: number[];
}): Promise<Broker>;
