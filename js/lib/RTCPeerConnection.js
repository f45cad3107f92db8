// RTCPeerConnection (webrtc-pc 4.4): the face of a Peer. What an operation does is in
// descriptions.js, candidates.js, channels.js and transports.js.
import { generateCertificate } from './certificates.js';
import { checkChange, checkSupported, copyConfiguration, readConfiguration } from './configuration.js';
import { errorNamed } from './errors.js';
import { defineEventHandlers } from './events.js';
import { callBack, isLegacy } from './legacy.js';
import { Peer } from './peer.js';
import { sessionOf } from './realm.js';
import { toIceCandidateInit } from './RTCIceCandidate.js';
import { toLocalSessionDescriptionInit, toSessionDescriptionInit } from './RTCSessionDescription.js';
import { getStats } from './stats.js';
import { attempt, checkArguments, defineInterface, toDictionary, toEnum } from './webidl.js';

const eventTypes = ['negotiationneeded', 'icecandidate', 'icecandidateerror', 'signalingstatechange',
  'iceconnectionstatechange', 'icegatheringstatechange', 'connectionstatechange', 'datachannel', 'track'];

export class RTCPeerConnection extends EventTarget {
  #peer;
  #configuration;
  #peerIdentity = new Promise(() => {}); // no identity is ever asserted, so it stays pending

  constructor(configuration = {}) {
    const session = sessionOf(new.target);
    const settings = readConfiguration(configuration, session);
    checkSupported(settings.configuration);
    super();
    this.#configuration = settings.configuration;
    this.#peer = new Peer(session, this, settings);
  }

  static generateCertificate(keygenAlgorithm) {
    return attempt(() => {
      checkArguments(arguments, 1, 'generateCertificate');
      return generateCertificate(sessionOf(this), keygenAlgorithm);
    });
  }

  // ---- negotiation ----

  createOffer(...args) {
    return attempt(() => {
      const { descriptions } = this.#peer;
      const [options, callbacks] = isLegacy(args, 0) ? [args[2], args] : [args[0], null];
      const iceRestart = Boolean(toDictionary(options, 'RTCOfferOptions').iceRestart);
      return callBack(descriptions.createOffer({ iceRestart }), callbacks);
    });
  }

  createAnswer(...args) {
    return attempt(() => {
      const { descriptions } = this.#peer;
      const callbacks = isLegacy(args, 0) ? args : null;
      if (!callbacks) toDictionary(args[0], 'RTCAnswerOptions');
      return callBack(descriptions.createAnswer(), callbacks);
    });
  }

  setLocalDescription(...args) {
    return attempt(() => {
      const { descriptions } = this.#peer;
      const description = toLocalSessionDescriptionInit(args[0]);
      return callBack(descriptions.setLocal(description), isLegacy(args, 1) ? args.slice(1) : null);
    });
  }

  setRemoteDescription(description, ...legacy) {
    return attempt(() => {
      const { descriptions } = this.#peer;
      checkArguments(arguments, 1, 'setRemoteDescription');
      const init = toSessionDescriptionInit(description);
      return callBack(descriptions.setRemote(init), isLegacy(legacy, 0) ? legacy : null);
    });
  }

  addIceCandidate(...args) {
    return attempt(() => {
      const { candidates } = this.#peer;
      const init = toIceCandidateInit(args[0]);
      return callBack(candidates.add(init), isLegacy(args, 1) ? args.slice(1) : null);
    });
  }

  restartIce() {
    const peer = this.#peer;
    if (!peer.isClosed) peer.descriptions.restartIce();
  }

  get localDescription() {
    return this.#peer.descriptions.local;
  }

  get currentLocalDescription() {
    return this.#peer.descriptions.currentLocal;
  }

  get pendingLocalDescription() {
    return this.#peer.descriptions.pendingLocal;
  }

  get remoteDescription() {
    return this.#peer.descriptions.remote;
  }

  get currentRemoteDescription() {
    return this.#peer.descriptions.currentRemote;
  }

  get pendingRemoteDescription() {
    return this.#peer.descriptions.pendingRemote;
  }

  get canTrickleIceCandidates() {
    return this.#peer.descriptions.canTrickle;
  }

  // ---- states ----

  get signalingState() {
    return this.#peer.descriptions.signalingState;
  }

  get iceGatheringState() {
    return this.#peer.transports.iceGatheringState;
  }

  get iceConnectionState() {
    return this.#peer.transports.iceConnectionState;
  }

  get connectionState() {
    return this.#peer.transports.connectionState;
  }

  get sctp() {
    return this.#peer.transports.sctp;
  }

  get peerIdentity() {
    void this.#peer;
    return this.#peerIdentity;
  }

  // ---- configuration ----

  getConfiguration() {
    return copyConfiguration(this.#configuration);
  }

  setConfiguration(configuration = {}) {
    const peer = this.#peer;
    // 2. If connection.[[IsClosed]] is true, throw an InvalidStateError.
    checkNotClosed(peer);
    // 3. Set the configuration.
    const settings = readConfiguration(configuration, peer.session);
    checkChange(this.#configuration, settings.configuration, peer.descriptions.local !== null);
    this.#configuration = settings.configuration;
    peer.configure(settings);
  }

  // ---- data ----

  createDataChannel(label, dataChannelDict = {}) {
    const peer = this.#peer;
    checkArguments(arguments, 1, 'createDataChannel');
    // 2. If connection.[[IsClosed]] is true, throw an InvalidStateError.
    checkNotClosed(peer);
    return peer.createDataChannel(label, dataChannelDict);
  }

  // ---- media: nothing is sent or received yet ----

  getSenders() {
    void this.#peer;
    return [];
  }

  getReceivers() {
    void this.#peer;
    return [];
  }

  getTransceivers() {
    void this.#peer;
    return [];
  }

  addTrack(track) {
    void this.#peer;
    checkArguments(arguments, 1, 'addTrack');
    if (!isTrack(track)) throw new TypeError('addTrack: this is not a MediaStreamTrack');
    refuseMedia(this.#peer);
  }

  removeTrack(sender) {
    void this.#peer;
    checkArguments(arguments, 1, 'removeTrack');
    // Nobody has an RTCRtpSender (media_interfaces.js), so whatever this is, it is none.
    throw new TypeError(`removeTrack: ${typeof sender} is not an RTCRtpSender`);
  }

  addTransceiver(trackOrKind) {
    void this.#peer;
    checkArguments(arguments, 1, 'addTransceiver');
    // 3. If it is a string and neither "audio" nor "video", throw a TypeError.
    if (!isTrack(trackOrKind)) toEnum(trackOrKind, ['audio', 'video'], 'addTransceiver');
    refuseMedia(this.#peer);
  }

  // ---- statistics and the end ----

  getStats(selector = null) {
    return attempt(() => getStats(this.#peer, selector));
  }

  close() {
    const peer = this.#peer;
    // 1. If connection.[[IsClosed]] is true, abort these steps.
    if (!peer.isClosed) peer.close();
  }

  static {
    defineEventHandlers(this, eventTypes, (value) => #peer in value);
    defineInterface(this);
  }
}

function checkNotClosed(peer) {
  if (peer.isClosed) throw errorNamed('InvalidStateError', 'The connection is closed.');
}

function isTrack(value) {
  const { MediaStreamTrack } = globalThis;
  return MediaStreamTrack !== undefined && value instanceof MediaStreamTrack;
}

function refuseMedia(peer) {
  checkNotClosed(peer);
  throw errorNamed('NotSupportedError', 'Audio and video are not supported yet.');
}
