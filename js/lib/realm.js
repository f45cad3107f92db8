// The session that new connections of this realm belong to. A page has one; a Node program with
// several gives each its own subclass of RTCPeerConnection.
import { errorNamed } from './errors.js';

// The key of a class's own session.
export const ownSession = Symbol('session');

let current = null;

export function useSession(session) {
  current = session;
}

export function currentSession() {
  return current;
}

// sessionOf finds the session of a constructor, and that it can be used.
export function sessionOf(Class) {
  const session = Class?.[ownSession] ?? current;
  if (!session) throw errorNamed('InvalidStateError', 'There is no session with a host: connect() and install() first.');
  session.checkOpen();
  return session;
}
