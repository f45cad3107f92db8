import type { Broker, BrokerOptions, Consent } from '../node.js';

/** What of Electron's module is used. */
export interface ElectronMain {
  ipcMain: {
    on(channel: string, listener: (event: any, ...args: any[]) => void): unknown;
    removeListener(channel: string, listener: (...args: any[]) => void): unknown;
  };
}

export interface FrameHost {
  readonly broker: Broker;
  /** Ends every link and the broker. */
  close(): Promise<void>;
}

export interface ServeFramesOptions extends Omit<BrokerOptions, 'allowOrigins'> {
  /** Whose frames get a link: a list, or a judgement of a frame's origin and its top frame's. */
  origins: readonly string[] | ((origin: string, embeddingOrigin: string) => boolean);
}

/** Starts the broker and answers the preload of every frame whose origin is allowed. */
export function serveFrames(electron: ElectronMain, options: ServeFramesOptions): Promise<FrameHost>;

/** What of Electron's Session is used. */
export interface ElectronSession {
  setPermissionRequestHandler(handler: ((...args: any[]) => void) | null): void;
  setPermissionCheckHandler(handler: ((...args: any[]) => boolean) | null): void;
  setDevicePermissionHandler(handler: ((...args: any[]) => boolean) | null): void;
}

/** What of Electron's WebContents is used to know when a page goes. */
export interface ElectronContents {
  getURL(): string;
  reload(): void;
  isDestroyed(): boolean;
  on(event: any, listener: () => void): unknown;
  off(event: any, listener: () => void): unknown;
}

/** Permissions that are a person's to decide. */
export interface AskedPermissions {
  judges(permission: string): boolean;
  ask(contents: ElectronContents | null, permission: string, origin: string, details?: { mediaTypes?: string[] }): Promise<boolean>;
}

/** Asks by a broker's consent: policy, prompt, memory and indicator, for media, display-capture and
 *  speaker-selection. What a person stops ends by loading the page anew. */
export function askBy(consent: Pick<Consent, 'ask'>): AskedPermissions;

/** Refuses every permission but those of which allows is true, and those that are asked about. */
export function denyByDefault(session: ElectronSession, allows?: (permission: string, origin: string) => boolean,
  options?: { asked?: AskedPermissions | null }): void;

/** Leaves the browser's own WebRTC of these contents without UDP. */
export function closeNative(contents: { setWebRTCIPHandlingPolicy(policy: 'disable_non_proxied_udp'): void }): void;
