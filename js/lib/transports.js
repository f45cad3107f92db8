// The transports of one connection and the states that follow from them. One ICE and one DTLS
// transport carry everything (BUNDLE with data channels); the slots here are what RTCIceTransport,
// RTCDtlsTransport and RTCSctpTransport show.
import { sentenceOf } from './errors.js';
import { fire } from './events.js';
import { isLite, offersData, readIceLines } from './section_lines.js';
import { DtlsState, GatheringState, IceRole, IceState, Limits, SctpState, Status } from './names.js';
import { RTCDtlsTransport } from './RTCDtlsTransport.js';
import { RTCError } from './RTCError.js';
import { RTCErrorEvent } from './RTCErrorEvent.js';
import { candidateOfRecord, RTCIceCandidate } from './RTCIceCandidate.js';
import { RTCIceCandidatePair } from './RTCIceCandidatePair.js';
import { RTCIceTransport } from './RTCIceTransport.js';
import { RTCSctpTransport } from './RTCSctpTransport.js';
import { connectionStateOf, iceConnectionStateOf, iceGatheringStateOf } from './states.js';
import { internal } from './webidl.js';

// RFC 8841 6: what a side takes that does not say.
const defaultMessageBytesMax = 65536;

export class Transports {
  connectionState = 'new';
  iceConnectionState = 'new';
  iceGatheringState = 'new';
  #peer;
  #ice = null; // slots, with .object
  #dtls = null;
  #sctp = null;
  #place = { mid: null, mLineIndex: 0 }; // where in the descriptions the transport is

  constructor(peer) {
    this.#peer = peer;
  }

  get sctp() {
    return this.#sctp?.object ?? null;
  }

  get iceTransport() {
    return this.#ice?.object ?? null;
  }

  get iceRole() {
    return this.#ice?.role ?? 'unknown';
  }

  get localUsernameFragment() {
    return this.#ice?.localParameters()?.usernameFragment;
  }

  // Of the description that is in force: an offer is not before it is answered.
  get remoteUsernameFragment() {
    const { currentRemote, remote } = this.#peer.descriptions;
    const isOffered = this.#peer.descriptions.signalingState === 'have-remote-offer';
    return this.#parameters(isOffered ? currentRemote : remote)?.usernameFragment;
  }

  get dtlsState() {
    return this.#dtls?.state ?? 'new';
  }

  get maxMessageSize() {
    return this.#sctp?.maxMessageSize ?? Limits.messageBytesMax;
  }

  // update follows the negotiation after a description was applied: transports come and go.
  update(negotiation) {
    const [place] = negotiation.transports;
    const data = negotiation.dataTransport;
    const { pendingLocal, pendingRemote } = this.#peer.descriptions;
    const offered = offersData((pendingLocal ?? pendingRemote)?.sdp ?? '');
    this.#place = place ?? this.#place;
    if (place || data || offered) {
      this.#ensure();
      this.#assumeRole();
    } else {
      this.#drop();
    }
    if (data && !data.rejected) {
      this.#ensureSctp(data.messageBytesMax);
    } else if (!data && offered) {
      this.#ensureSctp(defaultMessageBytesMax);
    } else {
      this.#closeSctp();
    }
  }

  // newGeneration: an ICE restart gathers anew.
  newGeneration() {
    if (this.#ice) this.#ice.localCandidates = [];
  }

  // knownCandidate: what candidates of the present generation signalling has told of that one.
  knownCandidate(candidate, isRemote) {
    return findSame(isRemote ? this.#remoteCandidates() : (this.#ice?.localCandidates ?? []), candidate);
  }

  addLocalCandidate(candidate) {
    this.#ice?.localCandidates.push(candidate);
  }

  // ---- what the host tells; each is true when script ran ----

  gathering(state) {
    if (!this.#ice || this.#ice.gatheringState === GatheringState[state]) return false;
    this.#ice.gatheringState = GatheringState[state];
    const changed = this.#updateGathering();
    fire(this.#ice.object, 'gatheringstatechange');
    if (changed) fire(this.#peer.connection, 'icegatheringstatechange');
    return true;
  }

  iceState({ state, role }) {
    if (!this.#ice) return false;
    this.#ice.role = IceRole[role] ?? 'unknown';
    return this.#setIceState(IceState[state]);
  }

  selectedPair({ local, remote }) {
    if (!this.#ice) return false;
    const before = this.#ice.selectedPair;
    const pair = new RTCIceCandidatePair(
      internal,
      this.#candidateOf(local, this.#ice.localCandidates),
      this.#candidateOf(remote, this.#remoteCandidates()),
    );
    this.#ice.selectedPair = pair;
    // The same pair again, of which the other side's signalling has now shown the far end.
    const isShown = before?.local === pair.local && before.remote.address === null && pair.remote.address !== null;
    if (isShown) return false;
    fire(this.#ice.object, 'selectedcandidatepairchange');
    return true;
  }

  dtlsStateChanged({ state, certificate }) {
    if (!this.#dtls) return false;
    // A new association begins with nobody's.
    const isNew = DtlsState[state] === 'new';
    if (certificate.length > 0 || isNew) this.#dtls.remoteCertificates = isNew ? [] : [certificate];
    return this.#setDtlsState(DtlsState[state]);
  }

  sctpState({ state, channelsMax, messageBytesMax }) {
    if (!this.#sctp) return false;
    if (SctpState[state] === 'connected') {
      this.#sctp.maxChannels = channelsMax;
      this.#sctp.maxMessageSize = messageBytesMax;
    }
    return this.#setSctpState(SctpState[state]);
  }

  // fail: the host has gone, or refused the connection.
  fail() {
    if (this.#sctp) this.#setSctpState('closed');
    if (this.#ice) {
      this.#setIceState('failed');
      this.#setDtlsState('failed');
    } else {
      this.#setConnectionStates('failed', 'failed');
    }
  }

  // close: script closed the connection (webrtc-pc 4.4.2 close, 8. to 12.). Of all states only that
  // of SCTP is told, as its association ends by the procedure and not by the connection's.
  close() {
    if (this.#sctp && this.#sctp.state !== 'closed') {
      const { object } = this.#sctp;
      this.#sctp.state = 'closed';
      this.#peer.session.queueTask(() => fire(object, 'statechange'));
    }
    if (this.#dtls) this.#dtls.state = 'closed';
    if (this.#ice) this.#ice.state = 'closed';
    this.connectionState = 'closed';
    this.iceConnectionState = 'closed';
  }

  // ---- making and dropping ----

  #ensure() {
    if (this.#ice) return;
    this.#ice = {
      role: 'unknown',
      component: 'rtp', // RTCP is always multiplexed
      state: 'new',
      gatheringState: 'new',
      localCandidates: [],
      selectedPair: null,
      localParameters: () => this.#parameters(this.#peer.descriptions.local),
      remoteParameters: () => this.#parameters(this.#peer.descriptions.remote),
      remoteCandidates: () => this.#remoteCandidates(),
    };
    this.#ice.object = new RTCIceTransport(internal, this.#ice);
    this.#dtls = { iceTransport: this.#ice.object, state: 'new', remoteCertificates: [] };
    this.#dtls.object = new RTCDtlsTransport(internal, this.#dtls);
  }

  // RFC 8445 6.1.1: the side that offers first controls, and a full agent whose other side is lite.
  // What the host tells later counts.
  #assumeRole() {
    if (this.#ice.role !== 'unknown') return;
    const { pendingLocal, currentLocal, remote } = this.#peer.descriptions;
    const offers = (pendingLocal ?? currentLocal)?.type === 'offer';
    this.#ice.role = offers || isLite(remote?.sdp ?? '') ? 'controlling' : 'controlled';
  }

  // messageBytesMax: what the other side takes, 0 for any size.
  #ensureSctp(messageBytesMax) {
    const ours = this.#peer.session.limits.messageBytesMax;
    const maxMessageSize = messageBytesMax === 0 ? ours : Math.min(messageBytesMax, ours);
    if (!this.#sctp) {
      this.#sctp = { transport: this.#dtls.object, state: 'connecting', maxChannels: null };
      this.#sctp.object = new RTCSctpTransport(internal, this.#sctp);
    }
    this.#sctp.maxMessageSize = maxMessageSize;
  }

  // A rollback takes back what the first offer made.
  #drop() {
    if (!this.#ice) return;
    this.#ice.state = 'closed';
    this.#dtls.state = 'closed';
    this.#ice = null;
    this.#dtls = null;
    const changed = this.#updateGathering();
    if (changed) this.#peer.queueTask(() => fire(this.#peer.connection, 'icegatheringstatechange'));
  }

  #closeSctp() {
    if (!this.#sctp) return;
    this.#setSctpState('closed');
    this.#sctp = null;
  }

  // ---- states ----

  #updateGathering() {
    const next = iceGatheringStateOf(this.#ice ? [this.#ice.gatheringState] : []);
    const changed = next !== this.iceGatheringState;
    this.iceGatheringState = next;
    return changed;
  }

  // webrtc-pc 5.6 "ICE transport state change": slots first, then the events in this order.
  #setIceState(state) {
    if (this.#ice.state === state) return false;
    this.#ice.state = state;
    const changed = this.#follow();
    fire(this.#ice.object, 'statechange');
    this.#fireChanges(changed);
    return true;
  }

  #setDtlsState(state) {
    if (this.#dtls.state === state) return false;
    this.#dtls.state = state;
    const changed = this.#follow();
    if (state === 'failed') this.#fireDtlsError();
    fire(this.#dtls.object, 'statechange');
    this.#fireChanges(changed);
    return true;
  }

  #setSctpState(state) {
    if (this.#sctp.state === state) return false;
    this.#sctp.state = state;
    fire(this.#sctp.object, 'statechange');
    return true;
  }

  #follow() {
    const ice = [this.#ice.state];
    return this.#replaceStates(connectionStateOf(ice, [this.#dtls.state]), iceConnectionStateOf(ice));
  }

  #setConnectionStates(connection, iceConnection) {
    this.#fireChanges(this.#replaceStates(connection, iceConnection));
  }

  #replaceStates(connection, iceConnection) {
    const changed = [];
    if (this.iceConnectionState !== iceConnection) changed.push('iceconnectionstatechange');
    if (this.connectionState !== connection) changed.push('connectionstatechange');
    this.iceConnectionState = iceConnection;
    this.connectionState = connection;
    return changed;
  }

  #fireChanges(types) {
    for (const type of types) fire(this.#peer.connection, type);
  }

  #fireDtlsError() {
    const error = new RTCError({ errorDetail: 'dtls-failure' }, sentenceOf(Status.UNTRUSTED.number));
    this.#dtls.object.dispatchEvent(new RTCErrorEvent('error', { error }));
  }

  // ---- what descriptions say ----

  #parameters(description) {
    if (!description) return null;
    const { usernameFragment, password } = readIceLines(description.sdp, this.#place.mLineIndex);
    return usernameFragment === undefined ? null : { usernameFragment, password };
  }

  #remoteCandidates() {
    const { remote } = this.#peer.descriptions;
    if (!remote) return [];
    const { candidates, usernameFragment } = readIceLines(remote.sdp, this.#place.mLineIndex);
    return candidates.map((candidate) => this.#newCandidate(candidate, usernameFragment));
  }

  // The candidate script already knows, by its address, or a new one.
  #candidateOf(record, known) {
    const { mid: sdpMid, mLineIndex: sdpMLineIndex } = this.#place;
    const made = candidateOfRecord(record, { sdpMid, sdpMLineIndex }, this.#peer.session.core);
    return findSame(known, made) ?? made;
  }

  #newCandidate(candidate, usernameFragment) {
    const { mid: sdpMid, mLineIndex: sdpMLineIndex } = this.#place;
    return new RTCIceCandidate({ candidate, sdpMid, sdpMLineIndex, usernameFragment });
  }
}

function findSame(known, { address, port, protocol }) {
  return address === null ? undefined
    : known.find((one) => one.address === address && one.port === port && one.protocol === protocol);
}
