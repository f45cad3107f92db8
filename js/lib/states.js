// The states of a connection as they follow from those of its transports (webrtc-pc 4.3.3 to 4.3.5).
// Pure functions; ice and dtls are arrays of the transports' states.
const every = (states, ...allowed) => states.every((state) => allowed.includes(state));

export function connectionStateOf(ice, dtls) {
  if (ice.includes('failed') || dtls.includes('failed')) return 'failed';
  if (ice.includes('disconnected')) return 'disconnected';
  if (every(ice, 'new', 'closed') && every(dtls, 'new', 'closed')) return 'new';
  if (every(ice, 'connected', 'completed', 'closed') && every(dtls, 'connected', 'closed')) return 'connected';
  return 'connecting';
}

export function iceConnectionStateOf(ice) {
  if (ice.includes('failed')) return 'failed';
  if (ice.includes('disconnected')) return 'disconnected';
  if (every(ice, 'new', 'closed')) return 'new';
  if (ice.includes('new') || ice.includes('checking')) return 'checking';
  if (every(ice, 'completed', 'closed')) return 'completed';
  return 'connected';
}

// gathering: the gathering states of the transports.
export function iceGatheringStateOf(gathering) {
  if (gathering.includes('gathering')) return 'gathering';
  return gathering.length > 0 && every(gathering, 'complete') ? 'complete' : 'new';
}
