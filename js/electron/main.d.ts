import type { Broker, BrokerOptions } from '../node.js';

/** What of Electron's module is used. */
export interface ElectronMain {
  ipcMain: {
    on(channel: string, listener: (event: any, ...args: any[]) => void): unknown;
    removeListener(channel: string, listener: (...args: any[]) => void): unknown;
  };
  MessageChannelMain: new () => { port1: any; port2: any };
}

export interface FrameHost {
  readonly broker: Broker;
  /** Ends every link and the broker. */
  close(): Promise<void>;
}

export interface ServeFramesOptions extends Omit<BrokerOptions, 'allowOrigins'> {
  /** Whose frames get a link: a list, or a judgement of a frame's origin and its top frame's. */
  origins: readonly string[] | ((origin: string, embeddingOrigin: string) => boolean);
  /** Where core.wasm lies; else in this package. */
  wasm?: string | URL;
}

/** Starts the broker and answers the preload of every frame whose origin is allowed. */
export function serveFrames(electron: ElectronMain, options: ServeFramesOptions): Promise<FrameHost>;

/** What of Electron's Session is used. */
export interface ElectronSession {
  setPermissionRequestHandler(handler: ((...args: any[]) => void) | null): void;
  setPermissionCheckHandler(handler: ((...args: any[]) => boolean) | null): void;
  setDevicePermissionHandler(handler: ((...args: any[]) => boolean) | null): void;
}

/** Refuses every permission but those of which allows is true. */
export function denyByDefault(session: ElectronSession, allows?: (permission: string, origin: string) => boolean): void;

/** Leaves the browser's own WebRTC of these contents without UDP. */
export function closeNative(contents: { setWebRTCIPHandlingPolicy(policy: 'disable_non_proxied_udp'): void }): void;
