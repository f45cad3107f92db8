// A session is one link to the host: handshake, request numbers, dispatch of the host's messages to
// the connections and channels they name, and the end of it all. It holds no secret.
import { decode, encode, encodeSend, RecordReader } from './codec.js';
import { errorNamed, errorOf, sentenceOf } from './errors.js';
import { Limits, Message, Status } from './names.js';
import { TaskQueue } from './tasks.js';

const noToken = new Uint8Array(0);
// Received bytes are paid back in portions: a share of the window, so that the host never waits.
const creditShare = 16;

export class Session {
  #link;
  #reader = new RecordReader();
  #tasks = new TaskQueue((record) => this.#handle(record));
  #requests = new Map(); // request -> { answered, refused }
  #lastRequest = 0;
  #peers = new Map(); // handle -> what receives its messages
  #channels = new Map();
  #captures = new Map(); // handle -> what is told that it has ended
  #welcome = withResolvers();
  #closed = withResolvers();
  #ending = null; // why the link is closed: { status, reason }
  #collected = new FinalizationRegistry((handle) => this.send('dropCertificate', { certificate: handle }));
  limits = null; // WELCOME's, which comes before all else

  // begin says HELLO and gives the session at once: what it is asked follows on the link, and is
  // answered when the host has welcomed it. token: a Uint8Array.
  static begin(link, core, { token = noToken } = {}) {
    const session = new Session(link, core);
    link.hold();
    session.send('hello', { version: Limits.protocolVersion, token });
    const release = () => link.release();
    session.#welcome.promise.then(release, release);
    return session;
  }

  // open resolves with a session the host has welcomed.
  static async open(link, core, options) {
    const session = Session.begin(link, core, options);
    await session.welcomed;
    return session;
  }

  constructor(link, core) {
    this.#link = link;
    this.core = core;
    this.#welcome.promise.catch(() => {});
    link.open({
      onChunk: (chunk) => this.#receive(chunk),
      onDrain: () => this.#pump(),
      onEnd: (reason) => this.#end({ status: Status.CLOSED.number, reason }),
    });
  }

  // welcomed resolves when the host has welcomed the page, and rejects when it does not.
  get welcomed() {
    return this.#welcome.promise;
  }

  // closed resolves with { status, reason } when the link has ended, by whomever.
  get closed() {
    return this.#closed.promise;
  }

  get isClosed() {
    return this.#ending !== null;
  }

  // checkOpen throws what is thrown for a new connection on a dead link.
  checkOpen() {
    if (this.#ending) throw errorNamed('InvalidStateError', endText(this.#ending));
  }

  close() {
    this.#end({ status: Status.OK.number, reason: 'closed by this side' });
    this.#link.close();
  }

  // ---- to the host ----

  send(name, fields) {
    this.#link.write(encode(name, fields));
  }

  // sendRecords passes on records that are ready.
  sendRecords(bytes) {
    if (bytes.length > 0) this.#link.write(bytes);
  }

  // sendPayload is the fast path of SEND: bytes are copied once.
  sendPayload(channel, kind, payload) {
    const [header, rest] = encodeSend(channel, kind, payload);
    this.#link.write(header, rest);
  }

  // isFull: the link has enough to do. Peers are pumped when it has not.
  isFull() {
    return this.#link.isFull();
  }

  // request sends a message that is answered by exactly one: answered(message) or refused(error) is
  // called before any later message is acted on.
  request(name, fields, answered, refused) {
    if (this.#ending) {
      this.queueTask(() => refused(this.#endError()));
      return;
    }
    this.#lastRequest = (this.#lastRequest % 0xffffffff) + 1;
    this.#requests.set(this.#lastRequest, { answered, refused });
    this.#link.hold();
    this.send(name, { request: this.#lastRequest, ...fields });
  }

  // ask is request as a promise.
  ask(name, fields) {
    return new Promise((resolve, reject) => this.request(name, fields, resolve, reject));
  }

  credit(peer, bytes) {
    this.send('credit', { peer, bytes });
  }

  get creditBytes() {
    return Math.ceil(this.limits.receiveWindowBytes / creditShare);
  }

  dropWhenCollected(certificate, handle) {
    this.#collected.register(certificate, handle);
  }

  // ---- who is told ----

  // addPeer: peer.receive(message) says whether script may have run; peer.pump(); peer.lost(error).
  addPeer(handle, peer) {
    this.#peers.set(handle, peer);
  }

  removePeer(handle) {
    this.#peers.delete(handle);
  }

  // addChannel: channel.receive(message), channel.received(kind, payload), channel.sent(bytes).
  addChannel(handle, channel) {
    this.#channels.set(handle, channel);
  }

  removeChannel(handle) {
    this.#channels.delete(handle);
  }

  // addCapture: ended() is called once, when the host ends it or the link does.
  addCapture(handle, ended) {
    this.#captures.set(handle, ended);
  }

  removeCapture(handle) {
    this.#captures.delete(handle);
  }

  // hold and release: an open connection keeps a Node program running.
  hold() {
    this.#link.hold();
  }

  release() {
    this.#link.release();
  }

  queueTask(task) {
    this.#tasks.push(task);
  }

  // queueNext: a task before everything that waits.
  queueNext(task) {
    this.#tasks.pushFirst(task);
  }

  // ---- from the host ----

  #receive(chunk) {
    try {
      this.#reader.push(chunk);
      for (let record = this.#reader.next(); record; record = this.#reader.next()) this.#tasks.append(record);
    } catch (error) {
      this.#fail(error);
    }
    this.#tasks.start();
  }

  // handle acts on one record; true when script may have run.
  #handle({ id, body }) {
    if (this.#ending) return false;
    if (id === Message.received.id) return this.#payload(body);
    try {
      return this.#dispatch(decode(id, body));
    } catch (error) {
      this.#fail(error); // not what a listener threw: events report that themselves
      return true;
    }
  }

  #dispatch(message) {
    switch (message.name) {
      case 'welcome':
        this.limits = message;
        this.#welcome.resolve();
        return true;
      case 'goodbye':
        this.#end(message);
        this.#link.close();
        return true;
      case 'refused':
        return this.#answer(message, (request) => request.refused(errorOf(message.status)));
      default:
    }
    if (message.request !== undefined) return this.#answer(message, (request) => request.answered(message));
    if (message.name === 'captureEnded') return this.#captureEnded(message.capture);
    if (message.channel !== undefined && message.peer === undefined) {
      return this.#channels.get(message.channel)?.receive(message) ?? false;
    }
    return this.#peers.get(message.peer)?.receive(message) ?? false;
  }

  // payload is the fast path of RECEIVED: no object is made of it.
  #payload(body) {
    if (body.length < 5) {
      this.#fail(new TypeError('RECEIVED is cut off'));
      return true;
    }
    const handle = ((body[0] << 24) | (body[1] << 16) | (body[2] << 8) | body[3]) >>> 0;
    return this.#channels.get(handle)?.received(body[4], body.subarray(5)) ?? false;
  }

  #answer({ request }, act) {
    const waiting = this.#requests.get(request);
    if (!waiting) return false;
    this.#requests.delete(request);
    this.#link.release();
    act(waiting);
    return false; // promises only: their reactions run before the next task or within this one
  }

  #captureEnded(handle) {
    this.#captures.get(handle)?.();
    this.#captures.delete(handle);
    return false; // a promise only
  }

  #pump() {
    for (const peer of this.#peers.values()) peer.pump();
  }

  // ---- the end ----

  #endError() {
    return errorNamed('OperationError', endText(this.#ending));
  }

  // fail: the host sent what no host sends.
  #fail(error) {
    this.#end({ status: Status.SYNTAX.number, reason: `The host sent garbage: ${error.message}` });
    this.#link.close();
  }

  #end({ status, reason }) {
    if (this.#ending) return;
    this.#ending = { status, reason: reason || sentenceOf(status) };
    this.#welcome.reject(errorOf(status, this.#ending.reason));
    const requests = [...this.#requests.values()];
    const peers = [...this.#peers.values()];
    this.#requests.clear();
    this.#peers.clear();
    this.#channels.clear();
    for (const ended of this.#captures.values()) ended();
    this.#captures.clear();
    for (const { refused } of requests) {
      this.#link.release();
      refused(this.#endError());
    }
    for (const peer of peers) this.queueTask(() => peer.lost(status));
    this.#closed.resolve(this.#ending);
  }
}

function endText({ reason }) {
  return `The session with the host has ended: ${reason}`;
}

function withResolvers() {
  let resolve;
  let reject;
  const promise = new Promise((...settle) => ([resolve, reject] = settle));
  return { promise, resolve, reject };
}
