// The part that every scenario shares: negotiate a call by trickle over env, wait for events, and
// read messages in order. Only what W3C WebRTC promises is used, so that any end can run it.

// seen resolves with the next event of a type; one of unless that comes first rejects.
export function seen(target, type, { unless = [] } = {}) {
  return new Promise((done, failed) => {
    const settle = (event) => {
      for (const each of [type, ...unless]) target.removeEventListener(each, settle);
      if ((event?.type ?? type) === type) done(event);
      else failed(new Error(`${event.type} came before ${type}`));
    };
    for (const each of [type, ...unless]) target.addEventListener(each, settle);
  });
}

export function check(truth, what) {
  if (!truth) throw new Error(what);
}

export function checkEqual(found, wanted, what) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: found ${a}, wanted ${b}`);
}

// connection makes a peer connection wired to the other half's: what it says is acted on in the
// order it was said. applied resolves with the next description of the other half, once it is set.
export function connection(env, configuration) {
  const pc = new env.rtc.RTCPeerConnection(configuration);
  env.state.pc = pc;
  env.state.settled = () => gathered(pc);
  const descriptions = new Stream();
  let answered;
  const mayTell = env.rtc.holdsCandidates ? new Promise((done) => { answered = done; }) : null;
  pc.addEventListener('icecandidate', async ({ candidate }) => {
    if (!candidate?.candidate) return;
    await mayTell;
    env.tell('signal', { candidate: plain(candidate) });
  });
  const early = []; /* candidates that overtook their description */
  const act = async ({ description, candidate }) => {
    if (candidate && !pc.remoteDescription?.sdp) return early.push(candidate);
    if (candidate) return pc.addIceCandidate(candidate);
    await pc.setRemoteDescription(description);
    for (const each of early.splice(0)) await pc.addIceCandidate(each);
    answered?.();
    return descriptions.give(description);
  };
  let last = Promise.resolve();
  env.on('signal', (signal) => {
    last = last.then(() => act(signal)).catch((error) => isClosed(pc) || env.fail(error));
  });
  return { pc, applied: () => descriptions.next() };
}

const isClosed = (pc) => pc.connectionState === 'closed' || pc.signalingState === 'closed';

// gathered resolves once the connection finds no more candidates.
async function gathered(pc) {
  while (pc.iceGatheringState !== 'complete' && !isClosed(pc)) {
    await Promise.race(['icegatheringstatechange', 'connectionstatechange'].map((type) => seen(pc, type)));
  }
}

// offer sends one offer and waits until its answer is applied.
export async function offer(env, { pc, applied }) {
  await pc.setLocalDescription(await pc.createOffer());
  const { type, sdp } = plain(pc.localDescription);
  const told = env.rtc.holdsCandidates ? sdp.replace(/a=candidate:.*\r\n/g, '') : sdp;
  env.tell('signal', { description: { type, sdp: told } });
  await applied();
}

// answer waits for one offer and answers it.
export async function answer(env, { pc, applied }) {
  await applied();
  await pc.setLocalDescription(await pc.createAnswer());
  env.tell('signal', { description: plain(pc.localDescription) });
}

function plain(value) {
  const { type, sdp, candidate, sdpMid, sdpMLineIndex, usernameFragment } = value;
  if (sdp !== undefined) return { type, sdp };
  return { candidate, sdpMid: sdpMid ?? null, sdpMLineIndex: sdpMLineIndex ?? 0,
    usernameFragment: usernameFragment ?? null };
}

// begin is the first half of almost every scenario: one connection, channels from their recipes,
// negotiated and open. Resolves with { pc, channels, link }, channels as Inbox. patient: wait until the
// other half listens, for an end that mixes up messages that come earlier.
export async function begin(env, recipes, { patient = false } = {}) {
  const link = connection(env);
  const channels = recipes.map(([label, init]) => new Inbox(link.pc.createDataChannel(label, init)));
  await offer(env, link);
  await Promise.all(channels.map((channel) => channel.opened()));
  if (patient) await env.heard('listening');
  return { pc: link.pc, channels, link };
}

// meet is its other half: count channels that the other side opens, by label.
export async function meet(env, count) {
  const link = connection(env);
  const arrivals = new Arrivals(link.pc);
  await answer(env, link);
  const channels = await arrivals.take(count);
  env.tell('listening');
  return { pc: link.pc, channels, link, arrivals };
}

// Stream keeps what is given, in order, until it is asked for.
class Stream {
  #kept = [];
  #waiting = [];
  #ended = null;

  give(item) {
    const first = this.#waiting.shift();
    if (first) first.done(item);
    else this.#kept.push(item);
  }

  next() {
    if (this.#kept.length > 0) return Promise.resolve(this.#kept.shift());
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((done, failed) => this.#waiting.push({ done, failed }));
  }

  // end rejects those who wait for more.
  end(error) {
    this.#ended = error;
    for (const { failed } of this.#waiting.splice(0)) failed(error);
  }

  forget() {
    this.#kept.length = 0;
  }
}

// Arrivals keeps the channels that the other side opens, listened to from their first moment.
export class Arrivals extends Stream {
  constructor(pc) {
    super();
    pc.addEventListener('datachannel', ({ channel }) => this.give(new Inbox(channel)));
  }

  // next is the next channel, open: an end may announce it before that.
  async next() {
    return (await super.next()).opened();
  }

  async take(count) {
    const taken = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }
}

// Inbox is a channel whose messages are kept in order until asked for; forget drops them.
export class Inbox extends Stream {
  constructor(channel) {
    super();
    this.channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.addEventListener('message', ({ data }) => this.give(data));
    this.closed = seen(channel, 'close');
    this.closed.then(() => this.end(new Error(`channel "${channel.label}" closed`)));
  }

  async opened() {
    while (this.channel.readyState === 'connecting') await seen(this.channel, 'open', { unless: ['close'] });
    return this;
  }

  send(data) {
    this.channel.send(data);
  }
}

// bytesOf views a received binary message, whatever kind the end delivers.
export function bytesOf(data) {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

// pattern fills bytes that differ everywhere and are the same at both ends (xorshift32).
export function pattern(size, seed) {
  const words = new Uint32Array(Math.ceil(size / 4));
  let x = seed >>> 0 || 1;
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
  return new Uint8Array(words.buffer, 0, size);
}

export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
