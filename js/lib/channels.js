// The data channels of one connection: createDataChannel's rules (webrtc-pc 6.1), the channels the
// other side opens, and what they share: the send window and the credit for what was received.
import { Channel } from './channel.js';
import { errorNamed } from './errors.js';
import { fire } from './events.js';
import { Limits, Reliability, Status } from './names.js';
import { RTCDataChannel } from './RTCDataChannel.js';
import { RTCDataChannelEvent } from './RTCDataChannelEvent.js';
import { SendWindow } from './send_window.js';
import { internal, optional, toDictionary, toEnforcedInteger, toEnum, toUSVString } from './webidl.js';

// RFC 8831 6.4 and webrtc-priority.
const priorities = { 'very-low': 128, low: 256, medium: 512, high: 1024 };
const idMax = 65534;
const idNotKnown = 65535; // the host chooses
const encoder = new TextEncoder();

export class Channels {
  window;
  created = 0;
  #peer;
  #channels = new Set();
  #unopened = []; // created before the host has opened the peer
  #dtlsRole = null; // 'client' or 'server' once it is negotiated
  #owed = 0; // received bytes not yet paid back

  constructor(peer) {
    this.#peer = peer;
    this.window = new SendWindow(0, () => peer.session.isFull());
  }

  // create is createDataChannel from its step 3 on; the arguments are as script gave them.
  create(label, dataChannelDict) {
    const options = readOptions(label, dataChannelDict);
    // 20. An id that another channel has is an OperationError.
    if (options.id !== null && this.#isTaken(options.id)) {
      throw errorNamed('OperationError', `The id ${options.id} is in use.`);
    }
    // 21. Without one, and with the DTLS role negotiated, generate it; none left is an OperationError.
    if (options.id === null && this.#dtlsRole) {
      options.id = this.#freeId();
      if (options.id === null) throw errorNamed('OperationError', 'No id is free.');
    }
    const channel = this.#add(options);
    this.created += 1;
    // 23. Create channel's associated underlying data transport.
    if (this.#peer.handle === 0) {
      this.#unopened.push(channel);
    } else {
      this.#request(channel);
    }
    return channel.target;
  }

  // peerOpened: what was created before may be asked for.
  peerOpened() {
    this.window.give(this.#peer.session.limits.sendWindowBytes);
    for (const channel of this.#unopened.splice(0)) this.#request(channel);
  }

  // roleNegotiated: the descriptions have settled the DTLS role, so every channel has an id
  // ("set the RTCSessionDescription"). The host gives the same ones, by the same rule and order.
  roleNegotiated(dtlsRole) {
    if (this.#dtlsRole) return;
    this.#dtlsRole = dtlsRole;
    for (const channel of this.#channels) {
      if (channel.id === null && channel.readyState !== 'closed') channel.id = this.#freeId();
    }
  }

  // incoming: the other side opened one (webrtc-pc 6.2.2).
  incoming(message) {
    const channel = this.#add(optionsOf(message));
    // 6. and 7. It is open, and is announced as such after it was handed over.
    channel.readyState = 'open';
    channel.opened(message.channel);
    this.#peer.connection.dispatchEvent(new RTCDataChannelEvent('datachannel', { channel: channel.target }));
    this.#peer.session.queueNext(() => {
      if (channel.readyState === 'open') fire(channel.target, 'open');
    });
    return true;
  }

  // sent: SCTP has taken bytes; those who wait may go on.
  sent(bytes) {
    this.window.give(bytes);
    this.window.pump();
  }

  consumed(bytes) {
    const { session, handle } = this.#peer;
    this.#owed += bytes;
    if (this.#owed < session.creditBytes || this.#peer.isClosed) return;
    session.credit(handle, this.#owed);
    this.#owed = 0;
  }

  // find gives the channel of a handle, for statistics.
  find(handle) {
    return [...this.#channels].find((channel) => channel.handle === handle);
  }

  // forget drops a channel the host was not asked for; false when it was.
  forget(channel) {
    const index = this.#unopened.indexOf(channel);
    if (index >= 0) this.#unopened.splice(index, 1);
    return index >= 0;
  }

  // remove: the channel is closed, and what the host had of it does not count any more.
  remove(channel, bytesAtHost) {
    this.#channels.delete(channel);
    this.#peer.session.removeChannel(channel.handle);
    this.window.give(bytesAtHost);
    this.window.pump();
  }

  // abandon: script closed the connection.
  abandon() {
    for (const channel of this.#channels) {
      channel.abandon();
      this.#peer.session.removeChannel(channel.handle);
    }
    this.#channels.clear();
  }

  // fail closes every channel with an error.
  fail(status) {
    for (const channel of [...this.#channels]) channel.closed(status);
  }

  #add(options) {
    const channel = new Channel(this.#peer, options);
    channel.target = new RTCDataChannel(internal, channel);
    this.#channels.add(channel);
    return channel;
  }

  #request(channel) {
    const fields = { peer: this.#peer.handle, ...fieldsOf(channel) };
    const answered = (message) => channel.opened(message.channel);
    const refused = () => this.#peer.queueTask(() => channel.closed(Status.OPERATION.number));
    this.#peer.session.request('openChannel', fields, answered, refused);
  }

  // RFC 8832 6: even ids are the DTLS client's. The lowest that is free, or null.
  #freeId() {
    const taken = new Set([...this.#channels].map(({ id }) => id));
    for (let id = this.#dtlsRole === 'client' ? 0 : 1; id <= idMax; id += 2) {
      if (!taken.has(id)) return id;
    }
    return null;
  }

  #isTaken(id) {
    for (const channel of this.#channels) {
      if (channel.id === id) return true;
    }
    return false;
  }
}

// readOptions: createDataChannel 4. to 19.
function readOptions(labelGiven, dataChannelDict) {
  const label = toUSVString(labelGiven);
  const given = toDictionary(dataChannelDict, 'RTCDataChannelInit');
  const short = (name) => optional(given[name], null, (value) => toEnforcedInteger(value, 16, name));
  const id = short('id');
  const maxPacketLifeTime = short('maxPacketLifeTime');
  const maxRetransmits = short('maxRetransmits');
  const negotiated = optional(given.negotiated, false, Boolean);
  const ordered = optional(given.ordered, true, Boolean);
  const priority = optional(given.priority, 'low', (value) => toEnum(value, Object.keys(priorities), 'priority'));
  const protocol = optional(given.protocol, '', toUSVString);
  // 5. and 13. Neither label nor protocol is longer than 65535 bytes.
  checkLength(label, 'label');
  checkLength(protocol, 'protocol');
  // 16. A negotiated channel needs its id; 15. another's id is ignored.
  if (negotiated && id === null) throw new TypeError('createDataChannel: a negotiated channel needs an id');
  // 18. Only one of both.
  if (maxPacketLifeTime !== null && maxRetransmits !== null) {
    throw new TypeError('createDataChannel: maxPacketLifeTime and maxRetransmits exclude each other');
  }
  // 20. 65535 is no id.
  if (negotiated && id > idMax) throw new TypeError(`createDataChannel: ${id} is no id`);
  const reliability = { maxPacketLifeTime, maxRetransmits };
  return { label, protocol, ordered, negotiated, ...reliability, priority, id: negotiated ? id : null };
}

function checkLength(text, what) {
  if (text.length > Limits.labelBytesMax || encoder.encode(text).length > Limits.labelBytesMax) {
    throw new TypeError(`createDataChannel: ${what} is too long`);
  }
}

// fieldsOf gives OPEN_CHANNEL's fields, optionsOf reads those of CHANNEL_INCOMING.
function fieldsOf({ label, protocol, ordered, negotiated, maxPacketLifeTime, maxRetransmits, priority, id }) {
  return {
    negotiated: Number(negotiated),
    id: id ?? idNotKnown,
    ordered: Number(ordered),
    ...reliabilityOf(maxPacketLifeTime, maxRetransmits),
    priority: priorities[priority],
    label,
    protocol,
  };
}

function reliabilityOf(maxPacketLifeTime, maxRetransmits) {
  if (maxRetransmits !== null) return { reliability: Reliability.retransmits, reliabilityValue: maxRetransmits };
  if (maxPacketLifeTime !== null) return { reliability: Reliability.lifetime, reliabilityValue: maxPacketLifeTime };
  return { reliability: Reliability.full, reliabilityValue: 0 };
}

function optionsOf({ id, ordered, reliability, reliabilityValue, priority, label, protocol }) {
  const names = Object.keys(priorities);
  return {
    label,
    protocol,
    id,
    ordered: ordered !== 0,
    negotiated: false,
    maxRetransmits: reliability === Reliability.retransmits ? reliabilityValue : null,
    maxPacketLifeTime: reliability === Reliability.lifetime ? reliabilityValue : null,
    priority: names.findLast((name) => priority >= priorities[name]) ?? names[0],
  };
}
