// aiortc, which is Python, as an RTCPeerConnection for scenarios: a program of its own does what is
// asked here and says what happens there. Only what the scenarios use is here.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const python = '/usr/bin/python3'; /* Debian's own, which its package is for */
const bridge = fileURLToPath(new URL('aiortc_bridge.py', import.meta.url));

// aiortcVersion is empty when it is not installed.
export function aiortcVersion() {
  const { status, stdout } = spawnSync(python, ['-c', 'import aiortc; print(aiortc.__version__)'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}

// openAiortc resolves with { RTCPeerConnection } once the program runs.
export async function openAiortc() {
  const child = spawn(python, ['-u', bridge], { stdio: ['pipe', 'pipe', 'inherit'] });
  const python3 = new Bridge(child);
  await python3.ready;
  const RTCPeerConnection = class extends PeerConnection {
    constructor() {
      super(python3);
    }
  };
  return { RTCPeerConnection };
}

class Bridge {
  #child;
  #questions = new Map();
  #lastId = 0;
  #names = 0;
  objects = new Map(); /* by name: connections and channels, which hear events */

  constructor(child) {
    this.#child = child;
    const lines = createInterface({ input: child.stdout });
    this.ready = once(lines, 'line').then(() => lines.on('line', (line) => this.#hear(JSON.parse(line))));
  }

  name(object) {
    const name = `name ${++this.#names}`;
    this.objects.set(name, object);
    return name;
  }

  say(message) {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  ask(message) {
    return new Promise((done, failed) => {
      const id = ++this.#lastId;
      this.#questions.set(id, { done, failed });
      this.say({ id, ...message });
    });
  }

  #hear(message) {
    this.objects.get(message.channel ?? message.pc)?.hear(message);
    const question = this.#questions.get(message.id);
    this.#questions.delete(message.id);
    if (message.error) (question?.failed ?? report)(new Error(`aiortc: ${message.error}`));
    else question?.done(message.result);
  }
}

function report(error) {
  throw error;
}

class PeerConnection extends EventTarget {
  connectionState = 'new';
  iceConnectionState = 'new';
  iceGatheringState = 'new';
  signalingState = 'stable';
  localDescription = null;
  remoteDescription = null;
  #bridge;
  #name;

  constructor(bridge) {
    super();
    this.#bridge = bridge;
    this.#name = bridge.name(this);
    bridge.say({ op: 'new', pc: this.#name });
  }

  createDataChannel(label, init = {}) {
    const channel = new DataChannel(this.#bridge);
    const { ordered = true, maxRetransmits = null, maxPacketLifeTime = null, protocol = '', negotiated = false, id = null } = init;
    const options = { ordered, maxRetransmits, maxPacketLifeTime, protocol, negotiated, id };
    Object.assign(channel, { label, ...options });
    this.#ask('createChannel', { channel: channel.name, label, options }).catch(report);
    return channel;
  }

  createOffer() {
    return this.#ask('createOffer');
  }

  createAnswer() {
    return this.#ask('createAnswer');
  }

  setLocalDescription(description) {
    return this.#ask('setLocal', { description });
  }

  setRemoteDescription({ type, sdp }) {
    return this.#ask('setRemote', { description: { type, sdp } });
  }

  async addIceCandidate({ candidate, sdpMid, sdpMLineIndex }) {
    if (candidate) await this.#ask('candidate', { candidate, sdpMid, sdpMLineIndex });
  }

  close() {
    this.signalingState = 'closed';
    this.#ask('close').catch(report);
  }

  hear({ event, states, incoming, facts }) {
    Object.assign(this, states);
    if (event === 'datachannel') {
      const channel = Object.assign(new DataChannel(this.#bridge, incoming), facts);
      this.dispatchEvent(Object.assign(new Event('datachannel'), { channel }));
    } else if (event) {
      this.dispatchEvent(new Event(event));
    }
  }

  #ask(op, more = {}) {
    return this.#bridge.ask({ op, pc: this.#name, ...more });
  }
}

class DataChannel extends EventTarget {
  readyState = 'connecting';
  #bridge;
  #onTheWay = 0; /* bytes written to the program that it has not taken */
  #buffered = 0; /* bytes that aiortc buffers */
  #threshold = 0;

  constructor(bridge, name) {
    super();
    this.#bridge = bridge;
    this.name = name ?? bridge.name(this);
    if (name) bridge.objects.set(name, this);
  }

  get bufferedAmount() {
    return this.#onTheWay + this.#buffered;
  }

  set bufferedAmountLowThreshold(value) {
    this.#threshold = value;
    this.#bridge.say({ op: 'threshold', channel: this.name, value });
  }

  send(data) {
    const bytes = typeof data === 'string' ? Buffer.from(data)
      : Buffer.from(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength);
    this.#onTheWay += bytes.length;
    this.#bridge.say({ op: 'send', channel: this.name, size: bytes.length,
      ...(typeof data === 'string' ? { text: data } : { bytes: bytes.toString('base64') }) });
  }

  close() {
    if (this.readyState === 'open') this.readyState = 'closing';
    this.#bridge.say({ op: 'closeChannel', channel: this.name });
  }

  hear({ event, facts, taken = 0, buffered, text, bytes }) {
    if (event === 'message') {
      const data = text ?? new Uint8Array(Buffer.from(bytes, 'base64')).buffer;
      return this.dispatchEvent(new MessageEvent('message', { data }));
    }
    const before = this.bufferedAmount;
    Object.assign(this, facts);
    this.#onTheWay -= taken;
    this.#buffered = buffered;
    if (event !== 'buffered') return this.dispatchEvent(new Event(event));
    const isLow = before > this.#threshold && this.bufferedAmount <= this.#threshold;
    return isLow && this.dispatchEvent(new Event('bufferedamountlow'));
  }
}
