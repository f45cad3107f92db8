// The network changes under a real call: two hosts in network namespaces, a data channel that
// transfers all the time, and the kernel's own addresses and interfaces coming and going.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connect, install } from '../../js/node.js';
import { everyAddress } from '../interop/host.js';
import { TwoMachines, why } from './two_machines.js';

const timeout = 60_000;
const messageBytes = 8192;

async function open(t, broker) {
  const session = await connect({ origin: 'https://node.example', addresses: everyAddress, broker });
  t.after(() => session.close());
  const rtc = {};
  install(rtc, session);
  const pc = new rtc.RTCPeerConnection();
  t.after(() => pc.close());
  return pc;
}

const seen = (target, type) => new Promise((done) => { target.addEventListener(type, done, { once: true }); });

function tellCandidates(from, to, told) {
  from.addEventListener('icecandidate', ({ candidate }) => {
    if (!candidate?.candidate) return;
    told.push(candidate.candidate);
    to.addIceCandidate(candidate);
  });
}

// until resolves once a connection's state of that name is what it should be.
async function until(pc, name, state) {
  while (pc[name] !== state) await seen(pc, `${name.toLowerCase()}change`);
}

// A call between two machines, left offering, and numbered messages both ways for as long as it lives.
async function call(t, machines) {
  const [left, right] = await Promise.all([open(t, machines.broker('left')), open(t, machines.broker('right'))]);
  const told = [];
  tellCandidates(left, right, told);
  tellCandidates(right, left, told);
  const channel = left.createDataChannel('through changes');
  const incoming = seen(right, 'datachannel');
  await left.setLocalDescription();
  await right.setRemoteDescription(left.localDescription);
  await right.setLocalDescription();
  await left.setRemoteDescription(right.localDescription);
  const other = (await incoming).channel;
  if (channel.readyState !== 'open') await seen(channel, 'open');
  for (const pc of [left, right]) await until(pc, 'iceGatheringState', 'complete'); /* a call may be open before */
  return { left, right, told, ways: [new Way(channel, other), new Way(other, channel)] };
}

// One direction: sends as much as the channel takes, and counts what arrives in order.
class Way {
  received = 0;
  #waiting = [];

  constructor(from, to) {
    to.binaryType = 'arraybuffer';
    to.addEventListener('message', ({ data }) => this.#arrived(data));
    let sent = 0;
    from.addEventListener('close', () => this.#waiting.forEach(({ lost }) => lost(new Error('the channel closed'))));
    const fill = () => {
      while (from.readyState === 'open' && from.bufferedAmount < 16 * messageBytes) {
        const message = new Uint8Array(messageBytes);
        new DataView(message.buffer).setUint32(0, sent++);
        from.send(message);
      }
    };
    from.bufferedAmountLowThreshold = 4 * messageBytes;
    from.addEventListener('bufferedamountlow', fill);
    fill();
  }

  #arrived(data) {
    assert.equal(data.byteLength, messageBytes);
    assert.equal(new DataView(data).getUint32(0), this.received, 'a message is lost or out of order');
    this.received++;
    this.#waiting = this.#waiting.filter(({ count, done }) => count > this.received || done());
  }

  // more resolves when so many messages have arrived from now on.
  more(count) {
    return new Promise((done, lost) => { this.#waiting.push({ count: this.received + count, done, lost }); });
  }
}

// Beyond what was under way when the network changed: it must have come through the new one.
const carriedOn = ({ ways }) => Promise.all(ways.map((way) => way.more(600)));

function expectNoRestart({ left, right, told }, before) {
  for (const pc of [left, right]) assert.ok(['connected', 'disconnected'].includes(pc.connectionState), pc.connectionState);
  assert.equal(told.length, before, 'a candidate was told after the end of candidates');
}

async function during(t, cables, label, change) {
  const machines = new TwoMachines(label, cables);
  t.after(() => machines.close());
  const running = await call(t, machines);
  await carriedOn(running);
  const before = running.told.length;
  await change(machines, running);
  await carriedOn(running);
  expectNoRestart(running, before);
}

const oneCable = [['10.71.0.1', '10.71.0.2']];
const twoCables = [['10.71.0.1', '10.71.0.2'], ['10.72.0.1', '10.72.0.2']];

const rows = ['left', 'right'].flatMap((side) => [
  [`the ${side} address is another one: the transfer carries on`, oneCable, (machines) => {
    machines.run(side, 'address', 'delete', `10.71.0.${side === 'left' ? 1 : 2}/24`, 'dev', 'cable0');
    machines.run(side, 'address', 'add', '10.71.0.77/24', 'dev', 'cable0');
  }],
  [`the ${side} interface goes down: the transfer carries on over the other`, twoCables, (machines, { left }) => {
    const { address } = left.sctp.transport.iceTransport.getSelectedCandidatePair().local;
    machines.run(side, 'link', 'set', address.startsWith('10.71.') ? 'cable0' : 'cable1', 'down');
  }],
]);
rows.push(['an interface comes up again after all was down: the transfer carries on', oneCable, async (machines, { left }) => {
  machines.run('left', 'link', 'set', 'cable0', 'down');
  await until(left, 'iceConnectionState', 'disconnected');
  machines.run('left', 'link', 'set', 'cable0', 'up');
}]);

test('the network changes under a call', { concurrency: true, skip: why, timeout }, (t) =>
  Promise.all(rows.map(([name, cables, change], index) =>
    t.test(name, { timeout }, (one) => during(one, cables, String(index), change)))));
