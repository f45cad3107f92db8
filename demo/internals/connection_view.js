// One connection: state lamps, how it is protected, consent and its countdown, pairs, channels, plots.
import { addressText, bytesText, make, msText, plainText, table } from './make.js';
import { Plots } from './plots.js';

const consentMs = 30_000; /* RFC 7675 5.1 */
const good = ['connected', 'completed', 'open'];
const bad = ['failed', 'disconnected', 'closed'];
const pairMarks = { succeeded: 'good', failed: 'bad' };

export class ConnectionView {
  #lamps = Object.fromEntries(['ICE', 'DTLS', 'SCTP'].map((name) => [name, make('span', { className: 'lamp' })]));
  #facts = make('dl');
  #consent = make('meter', { min: 0, max: consentMs, low: consentMs / 3, optimum: consentMs });
  #consentText = make('span');
  #pairs = table('Candidate pairs', ['Ours', 'Theirs', 'State', 'Round trip', 'Asked / answered', 'Was asked / answered', 'Sent', 'Received']);
  #channels = table('Data channels', ['Id', 'Label', 'State', 'Messages out / in', 'Sent', 'Received', 'Waiting']);
  #plots = new Plots();
  #shown = '';

  constructor({ id }) {
    this.#consent.setAttribute('aria-label', 'Time until consent ends');
    this.element = make('details', { className: 'connection', open: true },
      make('summary', {}, make('h3', { textContent: `Connection ${id}` }), ...Object.values(this.#lamps)),
      make('p', { className: 'consent' }, 'Consent ', this.#consent, this.#consentText),
      this.#facts, this.#plots.element, this.#pairs.element, this.#channels.element);
  }

  update(connection, time) {
    const { iceState, dtlsState, sctpState, consent, pairs, channels } = connection;
    for (const [name, state] of Object.entries({ ICE: iceState, DTLS: dtlsState, SCTP: sctpState })) this.#light(name, state);
    this.#consent.value = consent?.expiresMs ?? 0;
    this.#consentText.textContent = consent
      ? ` heard ${(consent.ageMs / 1000).toFixed(1)} s ago, ends in ${(consent.expiresMs / 1000).toFixed(1)} s without an answer` : ' none yet: nothing but questions is sent';
    this.#showFacts(connection);
    this.#pairs.show(pairs.map(pairRow));
    this.#channels.show(channels.toSorted((one, other) => one.id - other.id).map(channelRow));
    this.#plots.add(time, connection);
  }

  end() {
    if ('gone' in this.element.dataset) return;
    this.element.dataset.gone = '';
    this.element.open = false;
    for (const name of Object.keys(this.#lamps)) this.#light(name, 'closed');
  }

  #light(name, state) {
    const lamp = this.#lamps[name];
    lamp.textContent = `${name} ${state}`;
    lamp.dataset.state = good.includes(state) ? 'good' : bad.includes(state) ? 'bad' : 'wait';
  }

  #showFacts(one) {
    const protectedBy = one.dtlsVersion ? `DTLS ${one.dtlsVersion}, ${one.cipher}, ${one.group}` : 'not yet';
    const facts = [
      ['Protected by', protectedBy],
      ['Forward secrecy', one.dtlsVersion ? (one.forwardSecrecy ? 'yes' : 'no') : ''],
      ['Roles', `ICE ${one.iceRole}, DTLS ${one.dtlsRole}`],
      ['Our fingerprint', one.localFingerprint],
      ['Their fingerprint', one.remoteFingerprint || 'not proved yet'],
      ['Verified by', one.dtlsVersion ? 'the fingerprint in the description. Compare both with the other person to be sure of it.' : ''],
    ].filter(([, value]) => value);
    const text = JSON.stringify(facts);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#facts.replaceChildren(...facts.flatMap(([name, value]) => [make('dt', { textContent: name }), make('dd', { textContent: value })]));
  }
}

function pairRow(pair) {
  const { local, remote, state, nominated, roundTripMs } = pair;
  return {
    mark: nominated ? 'good' : pairMarks[state],
    cells: [addressText(local), addressText(remote), nominated ? `${state}, nominated` : state, msText(roundTripMs),
      `${pair.requestsSent} / ${pair.responsesReceived}`, `${pair.requestsReceived} / ${pair.responsesSent}`,
      bytesText(pair.bytesSent), bytesText(pair.bytesReceived)],
  };
}

function channelRow({ id, label, state, messagesSent, messagesReceived, bytesSent, bytesReceived, bufferedBytes }) {
  return { cells: [String(id), plainText(label), state, `${messagesSent} / ${messagesReceived}`, bytesText(bytesSent), bytesText(bytesReceived), bytesText(bufferedBytes)] };
}
