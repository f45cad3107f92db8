// One connection behind its RTCPeerConnection: it joins operations, descriptions, candidates,
// transports and channels, and is what the session gives the host's messages to.
import { Candidates } from './candidates.js';
import { Channels } from './channels.js';
import { hostFields } from './configuration.js';
import { certificateOf } from './RTCCertificate.js';
import { Descriptions } from './descriptions.js';
import { errorNamed, errorOf, fromCore } from './errors.js';
import { Status } from './names.js';
import { OperationsChain } from './operations.js';
import { Transports } from './transports.js';

export class Peer {
  isClosed = false;
  handle = 0; // the host's number, 0 until it has opened the peer
  negotiation = null;
  #opening; // a promise of the negotiation
  #fail;
  #ready;
  #isHeld = true;
  #configureLater = () => {};
  #handlers = {
    candidateFound: (message) => this.candidates.found(message),
    candidateError: (message) => this.candidates.failed(message),
    gatheringState: (message) => this.candidates.gathering(message),
    iceState: (message) => this.transports.iceState(message),
    selectedPair: (message) => this.transports.selectedPair(message),
    dtlsState: (message) => this.transports.dtlsStateChanged(message),
    sctpState: (message) => this.transports.sctpState(message),
    channelIncoming: (message) => this.channels.incoming(message),
    peerEnded: (message) => this.#ended(message),
  };

  // connection: the RTCPeerConnection. settings: what readConfiguration gave.
  constructor(session, connection, settings) {
    this.session = session;
    this.connection = connection;
    this.operations = new OperationsChain(() => this.descriptions.operationsEmpty());
    this.descriptions = new Descriptions(this);
    this.candidates = new Candidates(this);
    this.transports = new Transports(this);
    this.channels = new Channels(this);
    this.#opening = new Promise((resolve, reject) => {
      this.#ready = resolve;
      this.#fail = reject;
    });
    this.#opening.catch(() => {});
    session.hold();
    this.#open(settings);
  }

  // whenOpened resolves with the negotiation, or rejects with why the host would not open the peer.
  async whenOpened() {
    const negotiation = await this.#opening;
    if (this.isClosed) throw errorOf(Status.CLOSED.number); // which nobody will see: the chain is closed
    return negotiation;
  }

  // queueTask queues a task that is dropped when the connection has been closed meanwhile.
  queueTask(task) {
    this.session.queueTask(() => {
      if (!this.isClosed) task();
    });
  }

  // runTask queues steps and resolves with their result; never, once the connection is closed.
  runTask(steps) {
    return new Promise((resolve, reject) => {
      this.queueTask(() => {
        try {
          resolve(steps());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  // sendMessages sends what the negotiation has for the host.
  sendMessages() {
    this.session.sendRecords(this.negotiation.takeMessages(this.handle));
  }

  configure(settings) {
    const send = () => this.session.send('configurePeer', { peer: this.handle, ...hostFields(settings) });
    if (this.handle !== 0) {
      send();
    } else {
      this.#configureLater = send;
    }
  }

  createDataChannel(label, dataChannelDict) {
    const channel = this.channels.create(label, dataChannelDict);
    // 22. If channel is the first one created, update the negotiation-needed flag.
    if (this.channels.created === 1) {
      this.negotiation?.addDataSection();
      this.descriptions.updateNegotiationNeeded();
    }
    return channel;
  }

  // close (webrtc-pc 4.4.2), from its step 2 on.
  close() {
    // 2. to 4.
    this.isClosed = true;
    this.operations.close();
    this.descriptions.close();
    // 7. Every channel is closed, without events; 8. to 12. so are the transports.
    this.channels.abandon();
    this.transports.close();
    this.#closeAtHost();
  }

  // ---- for the session ----

  receive(message) {
    return this.#handlers[message.name]?.(message) ?? false;
  }

  pump() {
    this.channels.window.pump();
  }

  // lost: the link has ended under an open connection.
  lost(status) {
    if (this.isClosed) return;
    this.#break(status === Status.OK.number ? Status.CLOSED.number : status);
  }

  // ---- opening and ending at the host ----

  #open(settings) {
    const [certificate] = settings.configuration.certificates;
    const handle = certificate ? certificateOf(certificate).handle : 0;
    const fields = { certificate: handle, ...hostFields(settings) };
    this.session.request('openPeer', fields, (message) => this.#opened(message), (error) => this.#refused(error));
  }

  #opened(message) {
    this.handle = message.peer;
    if (this.isClosed) {
      this.session.send('closePeer', { peer: this.handle });
      return;
    }
    try {
      this.negotiation = this.session.core.newNegotiation(message);
    } catch (error) {
      this.session.send('closePeer', { peer: this.handle });
      this.#refused(fromCore(error));
      return;
    }
    this.session.addPeer(this.handle, this);
    this.#configureLater();
    this.channels.peerOpened();
    if (this.channels.created > 0) {
      this.negotiation.addDataSection();
      this.descriptions.updateNegotiationNeeded();
    }
    this.#ready(this.negotiation);
  }

  // The host would not open it: every operation fails with the reason, and so does the connection.
  #refused(error) {
    this.#fail(error);
    this.queueTask(() => this.#break(Status.OPERATION.number));
  }

  // The host has ended the connection, and forgotten it: what allowed it was taken back.
  #ended({ status }) {
    this.session.removePeer(this.handle);
    this.#break(status);
    return true;
  }

  #break(status) {
    this.#release();
    this.#fail(errorNamed('OperationError', 'The session with the host has ended.'));
    this.transports.fail();
    this.queueTask(() => this.channels.fail(status));
  }

  #closeAtHost() {
    this.#release();
    if (this.handle === 0) return;
    this.session.removePeer(this.handle);
    if (!this.session.isClosed) this.session.send('closePeer', { peer: this.handle });
    this.negotiation?.close();
  }

  #release() {
    if (this.#isHeld) this.session.release();
    this.#isHeld = false;
  }
}
