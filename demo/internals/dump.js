// The download, in the form of chrome://webrtc-internals dumps, which the tools around WebRTC read:
// for each connection an update log, and for each member of each statistics object a series.
const pointsMax = 3600;

export class Dump {
  #connections = new Map(); // `${page}-${connection}` -> { url, log, series, start }

  add({ time, pages }) {
    for (const page of pages) {
      for (const connection of page.connections) {
        const one = this.#of(page.id, connection.id);
        one.url = page.origin;
        for (const { id, type, ...members } of statsOf(connection)) {
          for (const [name, value] of Object.entries(members)) this.#point(one, time, `${id}-${name}`, type, value);
        }
      }
    }
  }

  log({ time, page, connection, name, detail }) {
    if (connection === null) return;
    this.#of(page, connection).log.push({ time: new Date(time).toISOString(), type: name, value: detail });
  }

  // text is the whole dump as JSON.
  text() {
    const PeerConnections = Object.fromEntries([...this.#connections].map(([key, { url, log, series }]) =>
      [key, { pid: 0, url, rtcConfiguration: '', constraints: '', updateLog: log, stats: seriesOf(series) }]));
    return JSON.stringify({ getUserMedia: [], PeerConnections, UserAgent: `Portcullis in ${navigator.userAgent}` }, null, 1);
  }

  #of(page, connection) {
    const key = `${page}-${connection}`;
    if (!this.#connections.has(key)) this.#connections.set(key, { url: '', log: [], series: new Map() });
    return this.#connections.get(key);
  }

  #point({ series }, time, key, statsType, value) {
    if (!series.has(key)) series.set(key, { statsType, startTime: time, values: [] });
    const one = series.get(key);
    one.endTime = time;
    one.values.push(value);
    if (one.values.length > pointsMax) one.values.shift();
  }
}

function seriesOf(series) {
  return Object.fromEntries([...series].map(([key, { statsType, startTime, endTime, values }]) =>
    [key, { statsType, startTime: new Date(startTime).toISOString(), endTime: new Date(endTime).toISOString(), values: JSON.stringify(values) }]));
}

// The feed's picture of a connection as statistics objects with the standard's ids and members.
function statsOf({ pairs, channels, ...one }) {
  const transport = { id: 'T01', type: 'transport', bytesSent: one.bytesSent, bytesReceived: one.bytesReceived, iceState: one.iceState,
    iceRole: one.iceRole, dtlsState: one.dtlsState, dtlsRole: one.dtlsRole, tlsVersion: one.dtlsVersion, dtlsCipher: one.cipher };
  return [transport, ...pairs.flatMap(pairStats), ...channels.map(channelStats)];
}

function pairStats({ id, local, remote, state, nominated, roundTripMs, ...counts }) {
  const candidate = (type, { type: candidateType, protocol, address, port }, side) =>
    ({ id: `I${id}${side}`, type, candidateType, protocol, address: address ?? '', port: address === null ? 0 : port });
  return [
    { id: `CP${id}`, type: 'candidate-pair', localCandidateId: `I${id}l`, remoteCandidateId: `I${id}r`, state, nominated,
      currentRoundTripTime: roundTripMs === null ? null : roundTripMs / 1000, ...counts },
    candidate('local-candidate', local, 'l'),
    candidate('remote-candidate', remote, 'r'),
  ];
}

function channelStats({ id, label, state, messagesSent, messagesReceived, bytesSent, bytesReceived }) {
  return { id: `D${id}`, type: 'data-channel', label, dataChannelIdentifier: id, state, messagesSent, messagesReceived, bytesSent, bytesReceived };
}
