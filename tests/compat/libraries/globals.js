// Gives a Node program the globals that a library written for pages looks for: our WebRTC, and what
// Node 20 lacks of the web. A page has all of it already.
export const isPage = typeof document !== 'undefined';

export async function installGlobals(env) {
  if (isPage) return;
  Object.defineProperties(globalThis, Object.getOwnPropertyDescriptors(env.rtc));
  globalThis.WebSocket ??= (await import('ws')).WebSocket;
}
