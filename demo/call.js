// One call between the two seats of a room: plain W3C WebRTC, with channels that both sides know.
export class Call extends EventTarget {
  #room;
  #pc = new RTCPeerConnection();
  #early = [];

  // names: of the channels, in the same order on both sides; they are there at once, as members, and
  // open later. Events: change (look at state).
  constructor(room, names) {
    super();
    this.#room = room;
    for (const [id, name] of names.entries()) {
      this[name] = this.#pc.createDataChannel(name, { negotiated: true, id });
      this[name].binaryType = 'arraybuffer';
    }
    this.#pc.addEventListener('icecandidate', ({ candidate }) => candidate && room.say({ candidate }));
    this.#pc.addEventListener('connectionstatechange', () => this.dispatchEvent(new Event('change')));
  }

  get state() {
    return this.#pc.connectionState;
  }

  async offer() {
    await this.#pc.setLocalDescription();
    this.#room.say({ description: this.#pc.localDescription });
  }

  // hear takes what the other side said.
  async hear({ description, candidate }) {
    if (candidate) {
      if (this.#pc.remoteDescription) await this.#pc.addIceCandidate(candidate);
      else this.#early.push(candidate);
      return;
    }
    await this.#pc.setRemoteDescription(description);
    for (const each of this.#early.splice(0)) await this.#pc.addIceCandidate(each);
    if (description.type !== 'offer') return;
    await this.#pc.setLocalDescription();
    this.#room.say({ description: this.#pc.localDescription });
  }

  // facts reads how the call is protected: [name, value] pairs.
  async facts() {
    const stats = await this.#pc.getStats();
    const transport = [...stats.values()].find(({ type }) => type === 'transport') ?? {};
    const pair = stats.get(transport.selectedCandidatePairId) ?? {};
    const place = ({ candidateType = '?', address, port } = {}) =>
      address ? `${candidateType} ${address.includes(':') ? `[${address}]` : address}:${port}` : `${candidateType} (hidden)`;
    return [
      ['Path', `${place(stats.get(pair.localCandidateId))} to ${place(stats.get(pair.remoteCandidateId))}`],
      ['DTLS', `${transport.tlsVersion === 'FEFD' ? '1.2' : transport.tlsVersion}, ${transport.dtlsCipher}`],
      ['Our fingerprint', stats.get(transport.localCertificateId)?.fingerprint ?? '?'],
      ['Their fingerprint', stats.get(transport.remoteCertificateId)?.fingerprint ?? '?'],
    ];
  }

  close() {
    this.#pc.close();
  }
}
