import type { Session } from '../index.js';

declare global {
  /** In a page of an Electron window with our preload. */
  interface Window {
    readonly portcullis: {
      /** When connections can be made; rejects with a NotAllowedError where the origin may not. */
      readonly ready: Promise<Session>;
    };
  }
}
