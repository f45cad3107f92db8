// Attempts to read what the host keeps for itself, and to say what only the host says.
import { connect, install } from '/js/browser.js';
import { Message } from '/js/lib/names.js';
import { aim, asked, nameOf, post, RawLink, within } from './raw.js';

const objectsMax = 20_000;
const number = (value) => value.toLocaleString('en-US');

// Everything that a page can get hold of while a call of its own runs.
class Loot {
  parts = [];
  #seen = new Set();

  // watch records every byte of WebSockets that are made from now on.
  watch() {
    const { parts } = this;
    globalThis.WebSocket = class extends WebSocket {
      constructor(...args) {
        super(...args);
        this.addEventListener('message', ({ data }) => parts.push(data));
      }

      send(data) {
        parts.push(data.slice());
        super.send(data);
      }
    };
  }

  // walk takes every string, number and byte that can be reached from an object, getters included.
  walk(root) {
    const left = [root];
    while (left.length > 0 && this.#seen.size < objectsMax) {
      const one = left.pop();
      if (ArrayBuffer.isView(one)) this.parts.push(new Uint8Array(one.buffer, one.byteOffset, one.byteLength).slice());
      else if (typeof one === 'object' && one !== null && !this.#seen.has(one)) this.#enter(one, left);
      else if (one !== null && typeof one !== 'object' && typeof one !== 'function') this.parts.push(`${String(one)}\n`);
    }
  }

  #enter(one, left) {
    this.#seen.add(one);
    if (one === globalThis || one instanceof Node) return;
    if (one instanceof Map || one instanceof Set) left.push(...one.values());
    for (let level = one; level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
      for (const key of Reflect.ownKeys(level)) {
        try {
          left.push(one[key]);
        } catch {
          // a getter that throws gives nothing
        }
      }
    }
  }
}

// A call with itself, as a page makes one.
async function callWithItself() {
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  a.onicecandidate = ({ candidate }) => candidate && b.addIceCandidate(candidate);
  b.onicecandidate = ({ candidate }) => candidate && a.addIceCandidate(candidate);
  const channel = a.createDataChannel('to itself');
  const echoed = new Promise((done) => (channel.onmessage = done));
  b.ondatachannel = ({ channel: other }) => (other.onmessage = ({ data }) => other.send(data));
  channel.onopen = () => channel.send('is there anything to see');
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription);
  await within(echoed, 'data through the call');
  return { a, b, channel };
}

async function errorsOf(connection) {
  const wrong = [() => connection.setRemoteDescription({ type: 'offer', sdp: 'v=0' }), () => connection.addIceCandidate({ candidate: 'x', sdpMid: '0' }),
    () => connection.setConfiguration({ iceServers: [{ urls: 'stun:x:y' }] }), () => connection.createDataChannel('x'.repeat(70_000))];
  return Promise.all(wrong.map(async (one) => {
    try {
      return await one();
    } catch (error) {
      return { message: error.message, name: error.name, stack: error.stack };
    }
  }));
}

async function readSecrets() {
  const loot = new Loot();
  const real = globalThis.WebSocket;
  loot.watch();
  const session = await connect({ ...(await post('/attack/token')), wasm: '/build/wasm/core.wasm' });
  globalThis.WebSocket = real;
  install(globalThis, session);
  const { a, b, channel } = await callWithItself();
  for (const one of [a, b]) for (const each of (await one.getStats()).values()) loot.walk(each);
  for (const one of [session, a, b, channel, a.sctp, b.sctp, a.sctp.transport, await errorsOf(a)]) loot.walk(one);
  loot.parts.push(session.core.memory.buffer.slice());
  session.close();
  const { secrets, windows, found } = await post('/attack/scan', new Blob(loot.parts));
  return { held: secrets > 0 && found.length === 0, count: found.length,
    came: `${number(secrets)} secrets of the host looked for in ${number(windows)} windows: ${found.length} found` };
}

// The IDs of checks that the page itself caused, told by whom they reached once it has looked everywhere.
async function readIds() {
  const { port } = await post('/attack/victim');
  const link = await RawLink.open();
  const peer = await aim(link, port);
  await asked(port, 2);
  await link.ask('getStats', { peer });
  const text = link.bytes.map((bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')).join('');
  link.close();
  const { ids } = await asked(port, 2);
  const known = ids.filter((id) => text.includes(id)).length;
  return { held: known === 0, count: known, came: `${ids.length} checks went out; the page knew the ID of ${known}` };
}

// Each message that only a host says, said by the page: "you are connected", "this came for you".
async function speakAsHost() {
  const rows = Object.values(Message).filter(({ direction }) => direction === 'toPage');
  let refused = 0;
  for (const { id } of rows) {
    const link = await RawLink.open();
    link.send(new Uint8Array([0, 0, 0, 10, id >> 8, id & 255, 0, 0, 0, 0, 0, 0, 0, 0]));
    const { status } = await within(link.ended, 'the end of the link');
    refused += nameOf(status) === 'SYNTAX' ? 1 : 0;
  }
  return { held: refused === rows.length, count: rows.length - refused, came: `${refused} of ${rows.length} messages ended their link` };
}

export const secrets = [
  { id: 'keys', title: 'Read keys and transaction IDs', tries: 'Runs a call, then takes its WASM memory, every byte of its link, getStats, errors and all it can reach from its objects.',
    rule: 'R14, R25: no message has a field for a secret', file: 'core/boundary/messages.def', run: readSecrets },
  { id: 'ids', title: 'Learn the IDs of its own checks', tries: 'Has a stranger asked, and searches all it was told for the transaction IDs that reached the stranger.',
    rule: 'R14: IDs are made and kept by the worker', file: 'host/ice/transaction.c', run: readIds },
  { id: 'host', title: 'Speak as the host', tries: 'Sends each message that only a host may send, so as to be told what it likes.',
    rule: 'the gate: each message has one direction', file: 'core/boundary/gate.c', run: speakAsHost },
];
