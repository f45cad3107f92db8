// getStats (webrtc-pc 8.2, webrtc-stats): from the host's numbers to an RTCStatsReport. Ids and types
// are the standard's; the host tells no transaction ID, key or password, so none can be here.
import { errorNamed } from './errors.js';
import { hexOfBytes } from './hex.js';
import { ChannelState, DtlsState, IcePairState, IceState } from './names.js';
import { candidateOfRecord } from './RTCIceCandidate.js';
import { RTCStatsReport } from './RTCStatsReport.js';
import { internal } from './webidl.js';

const transportId = 'T01';
const localCertificateId = 'CFlocal';
const remoteCertificateId = 'CFremote';
const pairId = (id) => `CP${id}`;
const candidateId = (id) => `I${id}`;
const seconds = (us) => Number(us) / 1e6;

// getStats resolves with the report. There are no senders or receivers a selector could name.
export async function getStats(peer, selector) {
  if (selector !== null && selector !== undefined) refuseSelector(selector);
  const now = performance.timeOrigin + performance.now();
  const make = (type, id, members) => ({ timestamp: now, type, id, ...members });
  if (peer.isClosed) return reportOf([connectionStats(make, 0, 0)]);
  await peer.whenOpened();
  const stats = await peer.session.ask('getStats', { peer: peer.handle });
  const certificates = [[localCertificateId, stats.localCertificate], [remoteCertificateId, stats.remoteCertificate]];
  const known = certificates.filter(([, der]) => der.length > 0);
  return reportOf([
    connectionStats(make, stats.channelsOpened, stats.channelsClosed),
    transportStats(make, stats, peer),
    ...stats.candidates.map((candidate) => candidateStats(make, candidate, peer)),
    ...stats.pairs.map((pair) => pairStats(make, pair)),
    ...stats.channels.map((channel) => channelStats(make, channel, peer.channels.find(channel.channel))),
    ...(await Promise.all(known.map(([id, der]) => certificateStats(make, id, der)))),
  ]);
}

function refuseSelector(selector) {
  const { MediaStreamTrack } = globalThis;
  if (MediaStreamTrack && selector instanceof MediaStreamTrack) {
    throw errorNamed('InvalidAccessError', 'The connection sends and receives no such track.');
  }
  throw new TypeError('getStats: the selector is not a MediaStreamTrack');
}

function reportOf(list) {
  return new RTCStatsReport(internal, new Map(list.map((stats) => [stats.id, stats])));
}

function connectionStats(make, opened, closed) {
  return make('peer-connection', 'P', { dataChannelsOpened: opened, dataChannelsClosed: closed });
}

function transportStats(make, stats, { transports, negotiation }) {
  const connected = DtlsState[stats.dtlsState] === 'connected';
  const iceLocalUsernameFragment = transports.localUsernameFragment;
  return make('transport', transportId, {
    bytesSent: Number(stats.bytesSent),
    bytesReceived: Number(stats.bytesReceived),
    packetsSent: Number(stats.packetsSent),
    packetsReceived: Number(stats.packetsReceived),
    iceRole: transports.iceRole,
    ...(iceLocalUsernameFragment && { iceLocalUsernameFragment }),
    iceState: IceState[stats.iceState],
    dtlsState: DtlsState[stats.dtlsState],
    dtlsRole: negotiation.dtlsRole ?? 'unknown',
    selectedCandidatePairChanges: stats.pairChanges,
    ...(stats.selectedPair !== 0 && { selectedCandidatePairId: pairId(stats.selectedPair) }),
    ...(stats.localCertificate.length > 0 && { localCertificateId }),
    ...(stats.remoteCertificate.length > 0 && { remoteCertificateId }),
    ...(connected && {
      tlsVersion: stats.dtlsVersion.toString(16).toUpperCase().padStart(4, '0'),
      dtlsCipher: stats.cipher,
      tlsGroup: stats.group,
    }),
  });
}

function candidateStats(make, { id, isRemote, isDescribed, candidate: record }, { session, transports }) {
  const candidate = candidateOfRecord(record, { sdpMLineIndex: 0 }, session.core);
  const known = transports.knownCandidate(candidate, isRemote !== 0);
  const usernameFragment = known?.usernameFragment ?? (isDescribed ? transports.remoteUsernameFragment : undefined);
  return make(isRemote ? 'remote-candidate' : 'local-candidate', candidateId(id), {
    transportId,
    foundation: record.foundation,
    address: candidate.address,
    port: record.address.port,
    protocol: candidate.protocol,
    candidateType: candidate.type,
    priority: record.priority,
    ...(usernameFragment && { usernameFragment }),
    ...(known?.url && { url: known.url }),
    ...(known?.relayProtocol && { relayProtocol: known.relayProtocol }),
    ...(candidate.relatedAddress && { relatedAddress: candidate.relatedAddress, relatedPort: candidate.relatedPort }),
    ...(candidate.tcpType && { tcpType: candidate.tcpType }),
  });
}

function pairStats(make, pair) {
  return make('candidate-pair', pairId(pair.id), {
    transportId,
    localCandidateId: candidateId(pair.localId),
    remoteCandidateId: candidateId(pair.remoteId),
    state: IcePairState[pair.state],
    nominated: pair.nominated !== 0,
    priority: Number(pair.priority),
    bytesSent: Number(pair.bytesSent),
    bytesReceived: Number(pair.bytesReceived),
    packetsSent: Number(pair.packetsSent),
    packetsReceived: Number(pair.packetsReceived),
    currentRoundTripTime: seconds(pair.roundTripUs),
    totalRoundTripTime: seconds(pair.totalRoundTripUs),
    requestsSent: pair.requestsSent,
    responsesReceived: pair.responsesReceived,
    requestsReceived: pair.requestsReceived,
    responsesSent: pair.responsesSent,
    consentRequestsSent: pair.consentRequestsSent,
  });
}

function channelStats(make, stats, channel) {
  return make('data-channel', `D${stats.channel}`, {
    label: channel?.label ?? '',
    protocol: channel?.protocol ?? '',
    dataChannelIdentifier: stats.id,
    state: ChannelState[stats.state],
    messagesSent: stats.messagesSent,
    bytesSent: Number(stats.bytesSent),
    messagesReceived: stats.messagesReceived,
    bytesReceived: Number(stats.bytesReceived),
  });
}

async function certificateStats(make, id, der) {
  const members = { fingerprintAlgorithm: 'sha-256', base64Certificate: btoa(String.fromCharCode(...der)) };
  if (globalThis.crypto?.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', der));
    members.fingerprint = hexOfBytes(digest, ':').toUpperCase();
  }
  return make('certificate', id, members);
}
