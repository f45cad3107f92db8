// install puts the interfaces on a global object, for a session.
import * as interfaces from './interfaces.js';
import { currentSession, ownSession, useSession } from './realm.js';

// install replaces the WebRTC interfaces of target (globalThis, or any object) by ours. The realm's
// first live session is that of the interfaces themselves; another's RTCPeerConnection is a subclass.
export function install(target, session) {
  const current = currentSession();
  if (!current || current.isClosed) useSession(session);
  const { RTCPeerConnection } = interfaces;
  const bound = currentSession() === session ? RTCPeerConnection : bind(RTCPeerConnection, session);
  for (const [name, value] of Object.entries({ ...interfaces, RTCPeerConnection: bound })) {
    Object.defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
  }
  // An older name of the browser's own must not be a way round.
  delete target.webkitRTCPeerConnection;
}

function bind(Class, session) {
  const Bound = class extends Class {
    static [ownSession] = session;
  };
  Object.defineProperty(Bound, 'name', { value: Class.name, configurable: true });
  return Bound;
}
