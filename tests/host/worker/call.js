// Two peers of two workers, joined by handing each the other's credentials, fingerprint and
// candidates: what SDP would say, without SDP.
import { IceState, DtlsState, SctpState, ChannelState, Limits } from '../../../js/lib/names.js';

const controlling = 1;
const client = 0;
const server = 1;
const sctpPort = 5000;
export const idChosenByHost = 65535;

export class Peer {
  constructor(page, opened) {
    this.page = page;
    this.opened = opened;
    this.handle = opened.peer;
    this.candidates = [];
  }

  static async open(page, fields = {}) {
    const opened = await page.ask('openPeer', 'peerOpened', { icePolicy: 0, certificate: 0, servers: [], ...fields });
    return new Peer(page, opened);
  }

  /** The plan the other side makes of us. */
  planFor(other, role, changes = {}) {
    return {
      generation: other.opened.generation,
      iceRole: role,
      remoteLite: 0,
      remoteUfrag: this.opened.ufrag,
      remotePassword: this.opened.password,
      dtlsRole: role === controlling ? server : client,
      remoteTlsId: this.opened.tlsId,
      fingerprints: this.opened.fingerprints,
      hasData: 1,
      sctpPort,
      remoteMessageBytesMax: Limits.messageBytesMax,
      ...changes,
    };
  }

  connect(plan) {
    this.page.send('connect', { peer: this.handle, plan });
  }

  gather() {
    this.page.send('gather', { peer: this.handle, generation: this.opened.generation });
  }

  addCandidate(candidate, ufrag) {
    this.page.send('addCandidate', { peer: this.handle, ufrag, candidate });
  }

  endOfCandidates(ufrag) {
    this.page.send('endOfCandidates', { peer: this.handle, ufrag });
  }

  state(name, state) {
    return this.page.wait((one) => one.name === name && one.peer === this.handle && one.state === state, `${name} ${state}`);
  }

  connected() {
    return this.state('sctpState', SctpState.connected);
  }

  async openChannel(fields = {}) {
    const { channel } = await this.page.ask('openChannel', 'channelOpened', {
      peer: this.handle, negotiated: 0, id: idChosenByHost, ordered: 1, reliability: 0, reliabilityValue: 0,
      priority: 256, label: '', protocol: '', ...fields,
    });
    return channel;
  }

  channelState(channel, state) {
    return this.page.wait(
      (one) => one.name === 'channelState' && one.channel === channel && one.state === state, `channelState ${state}`);
  }

  close() {
    this.page.send('closePeer', { peer: this.handle });
  }
}

/** Trickles what from gathers to to. */
export async function trickle(from, to) {
  from.gather();
  for (;;) {
    const message = await from.page.wait(
      (one) => (one.name === 'candidateFound' || one.name === 'gatheringState') && one.peer === from.handle);
    if (message === null) return;
    if (message.name === 'candidateFound') {
      from.candidates.push(message.candidate);
      to.addCandidate(message.candidate, from.opened.ufrag);
    } else if (message.state === 2) {
      to.endOfCandidates(from.opened.ufrag);
      return;
    }
  }
}

/** join lets two opened peers connect; the first is controlling and DTLS server. */
export async function join(first, second, { changeFirst = {}, changeSecond = {} } = {}) {
  first.connect(second.planFor(first, controlling, changeFirst));
  second.connect(first.planFor(second, 1 - controlling, changeSecond));
  await Promise.all([trickle(first, second), trickle(second, first)]);
}

export { IceState, DtlsState, SctpState, ChannelState, Limits };
