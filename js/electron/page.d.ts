import type { Session } from '../index.js';

declare global {
  /** In a page of an Electron window with our preload. */
  interface Window {
    readonly portcullis: {
      /** When the host has welcomed the page, for those who want to know: connections can be made at once.
       *  Rejects with a NotAllowedError where the origin may not. */
      readonly ready: Promise<Session>;
    };
  }
}
