// What Electron grants unless told otherwise is everything. These two say no first.

// denyByDefault answers every permission question of a session with no, but for those of which
// allows(permission, origin) is true: the one who asks is known by the frame's origin.
export function denyByDefault(session, allows = () => false) {
  const isAllowed = (permission, address) => allows(permission, originOf(address)) === true;
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    answer(isAllowed(permission, details?.securityOrigin ?? details?.requestingUrl));
  });
  session.setPermissionCheckHandler((contents, permission, origin) => isAllowed(permission, origin));
  session.setDevicePermissionHandler(() => false);
}

// closeNative leaves a page's own WebRTC, wherever it still finds one, without UDP: the page's
// RTCPeerConnection is replaced, but a frame that a page makes and reaches into before any preload ran
// has its browser's own.
export function closeNative(contents) {
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

function originOf(address) {
  try {
    const { origin, protocol, host } = new URL(address);
    return origin === 'null' && host ? `${protocol}//${host}` : origin;
  } catch {
    return 'null';
  }
}
