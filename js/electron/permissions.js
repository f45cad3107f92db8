// What Electron grants unless told otherwise is everything. These say no first, or ask.

// The permissions of Electron that are rights of a site (core/policy/right.def), by what is asked for.
const rightsOf = {
  media: ({ mediaTypes = [] }) => mediaTypes.map((type) => ({ audio: 'microphone', video: 'camera' })[type]),
  'display-capture': () => ['screen'],
  'speaker-selection': () => ['speaker'],
};

// denyByDefault answers every permission question of a session with no, but for those of which
// allows(permission, origin) is true, and those that are asked (askBy): the one who asks is known by the
// frame's origin.
export function denyByDefault(session, allows = () => false, { asked = null } = {}) {
  const isAllowed = (permission, address) => allows(permission, originOf(address)) === true;
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    const address = details?.securityOrigin ?? details?.requestingUrl;
    if (isAllowed(permission, address)) answer(true);
    else if (asked?.judges(permission)) asked.ask(contents, permission, originOf(address), details).then(answer);
    else answer(false);
  });
  // It cannot wait for a person: what is asked about counts as undecided there, and is asked about.
  session.setPermissionCheckHandler((contents, permission, origin) => isAllowed(permission, origin));
  session.setDevicePermissionHandler(() => false);
}

// askBy gives what denyByDefault asks: a Consent (js/lib/consent.js), so that a person, policy and memory
// answer, and the indicator shows what is used. What was allowed ends with the page; when the person
// stops it, the page is loaded anew, for Electron cannot take one capture away.
export function askBy(consent) {
  return {
    judges: (permission) => Object.hasOwn(rightsOf, permission),
    async ask(contents, permission, origin, details = {}) {
      const rights = rightsOf[permission](details);
      if (rights.length === 0 || rights.includes(undefined) || origin === 'null' || !contents) return false;
      const embedder = originOf(contents.getURL());
      let answer;
      try {
        answer = await consent.ask({ origin, embedder, rights });
      } catch {
        return false; // no broker, no permission
      }
      if (answer.allowed) endWithPage(contents, answer);
      return answer.allowed;
    },
  };
}

function endWithPage(contents, { end, ended }) {
  let isOver = false;
  const leave = () => {
    isOver = true;
    contents.off('did-navigate', leave);
    contents.off('destroyed', leave);
    end().catch(() => {}); // a broker that has gone shows nothing any more
  };
  contents.on('did-navigate', leave);
  contents.on('destroyed', leave);
  ended.then(() => {
    if (isOver) return;
    leave();
    if (!contents.isDestroyed()) contents.reload();
  });
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
