// Which scenarios are played against whom, and what each peer is known not to do. Everything is
// promised to Chromium; the others get the essentials.
const folder = 'interop/scenarios';
const megabytes = 1e6;
const names = { a: 'offerer', b: 'answerer' };

// What a peer gets wrong by itself, seen between it and Chromium too. As a it offers, as b answers.
const known = {
  chromium: {},
  portcullis: {},
  'node-datachannel': {
    channels: { a: { skip: ['id'] }, b: { skip: ['ordered', 'maxRetransmits', 'maxPacketLifeTime'] } },
    bulk: { stale: true },
  },
  wrtc: {
    /* Messages that arrive before it has made the channel come out of order. */
    channels: { skip: ['maxRetransmits', 'maxPacketLifeTime'], patient: true },
    bulk: { patient: true },
    sends: false, /* now and then its bufferedamountlow does not come */
  },
  firefox: {
    tellsPair: false, /* its RTCIceTransport has no selected pair: no scenario can wait for another */
    handsOver: false, /* as offerer it begins no new association, with itself neither */
  },
  aiortc: {
    messages: { largest: 65536, empty: false },
    /* It counts the characters of a label where its bytes are asked for. */
    channels: { a: { ascii: true } },
  },
  werift: {
    messages: { largest: 65535, empty: false },
    channels: { a: { skip: ['ordered'], ascii: true } },
    /* It cannot use a stream id again after it reset it, and its close() tells the peer nothing. */
    close: { a: { reuse: false, hangUp: 'b' }, b: { reuse: false, hangUp: 'a' } },
  },
};

function paramsFor(peer, role, scenario) {
  const { a, b, ...both } = known[peer][scenario] ?? {};
  return { ...both, ...(role === 'a' ? a : b) };
}

// essentials lists [title, module, params, halves]; peer plays the role a or b, we the other one.
export function essentials(peer, role, bulkBytes = 20 * megabytes) {
  const params = (scenario, own = {}) => ({ ...own, ...paramsFor(peer, role, scenario) });
  const senders = ['a', 'b'].filter((sender) => sender !== role || known[peer].sends !== false);
  return [
    ['text, binary, empty and large messages', `${folder}/messages.js`, params('messages')],
    ['ordered, unordered and partially reliable channels', `${folder}/channels.js`, params('channels')],
    ['negotiated ids', `${folder}/channels.js`, {}, ['negotiatedA', 'negotiatedB']],
    ['50 channels', `${folder}/channels.js`, params('channels'), ['manyA', 'manyB']],
    ['closing, by the offerer', `${folder}/close.js`, params('close', { closer: 'a' })],
    ['closing, by the answerer', `${folder}/close.js`, params('close', { closer: 'b' })],
    ...senders.map((sender) => [`${bulkBytes / megabytes} MB from the ${names[sender]}, with back-pressure`,
      `${folder}/bulk.js`,
      { ...params('bulk', { sender, bytes: bulkBytes }), ...(sender !== role && { stale: false }) }]),
  ];
}

// everything adds what only ends with the whole of W3C's API can play.
export function everything(peer, role) {
  const restart = ['an ICE restart under traffic', `${folder}/restart.js`, {}];
  const handover = ['a handover to another peer', `${folder}/handover.js`, {}];
  const canTell = role !== 'a' || known[peer].tellsPair !== false;
  const canHandOver = role !== 'a' || known[peer].handsOver !== false;
  return [...essentials(peer, role, 100 * megabytes), ...(canTell ? [restart] : []), ...(canHandOver ? [handover] : [])];
}
