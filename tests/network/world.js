// The program inside the test's own network: builds it, calls every kind of place from every other,
// and at the end prints one line of JSON for each call. Run by unshared.js.
import { fork, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expectedLevels, levelOf } from './expected.js';
import { makePublicSegment, makeSites, server } from './sites.js';

const atOnce = 4;
const timeLimitMs = 15_000;
const account = { username: 'user', credential: 'secret' };
const port = 3478; /* of a network that nobody else is on */

async function startServer() {
  const child = spawn('turnserver', ['-n', '--lt-cred-mech', '--fingerprint', '--realm', 'portcullis.test',
    '--user', `${account.username}:${account.credential}`, '--listening-ip', server.ipv4, '--listening-ip', server.ipv6,
    '--relay-ip', server.relay, '--listening-port', String(port), '--no-cli', '--no-tls', '--no-dtls', '--no-rfc5780',
    '--no-multicast-peers', '--userdb', '/run/turn.db', '--pidfile', '/run/turn.pid',
    '--log-file', 'stdout', '--simple-log'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.on('data', (chunk) => { output += chunk; });
  for (const host of [server.ipv4, server.ipv6]) {
    while (!await answers(host)) if (child.exitCode !== null) throw new Error(`coturn ended:\n${output}`);
  }
}

function answers(host) {
  return new Promise((done) => {
    const socket = connect({ host, port });
    socket.on('connect', () => socket.end(() => done(true)));
    socket.on('error', () => setTimeout(done, 20, false));
  });
}

// A host's program in its namespace.
class Host {
  #runs = new Map();

  constructor(site) {
    this.site = site;
    const urls = (scheme, end) => `${scheme}:${site.server}:${port}${end}`;
    this.configuration = { iceServers: [{ urls: urls('stun', '') },
      { ...account, urls: [urls('turn', '?transport=udp'), urls('turn', '?transport=tcp')] }] };
    this.child = fork(fileURLToPath(new URL('host_program.js', import.meta.url)), [],
      { execPath: 'ip', execArgv: ['netns', 'exec', site.name, process.execPath], serialization: 'json' });
    this.ready = new Promise((done, failed) => {
      this.child.on('message', (message) => (message.ready ? done() : this.#hear(message)));
      this.child.on('exit', () => failed(new Error(`the host at ${site.name} ended`)));
    });
  }

  // run plays a half of a call; what it tells goes to the other host.
  run(call, half, other) {
    return new Promise((done, failed) => {
      this.#runs.set(call, { done, failed, other });
      this.child.send({ call, run: ['network/call.js', half, { configuration: this.configuration }] });
    });
  }

  #hear({ call, posted, value, error }) {
    const { done, failed, other } = this.#runs.get(call);
    if (posted) other.child.send({ call, deliver: posted });
    else if (error) failed(new Error(`${this.site.name}: ${error}`));
    else done(value);
  }
}

async function play(id, a, b) {
  const result = { from: a.site.kind, to: b.site.kind };
  let timer;
  const late = new Promise((_, failed) => { timer = setTimeout(failed, timeLimitMs, new Error('it did not open')); });
  try {
    const both = Promise.all([a.run(id, 'a', b), b.run(id, 'b', a)]);
    const [{ ms, types, protocol }] = await Promise.race([both, late]);
    Object.assign(result, { ms: Math.round(ms), types, protocol });
  } catch (error) {
    result.error = error.message;
  }
  clearTimeout(timer);
  return result;
}

// Every kind with itself and, in one direction, with every other; hosts that share only with each other.
function pairsOf(hosts) {
  const kinds = Object.keys(hosts);
  const shares = (kind) => kind.endsWith('hairpin');
  return kinds.flatMap((first, i) => kinds.slice(i).filter((second) => first === second || !(shares(first) || shares(second)))
    .map((second) => [hosts[first][0], hosts[second][1]]));
}

async function main(without) {
  makePublicSegment();
  const sites = makeSites(without);
  await startServer();
  const hosts = Object.fromEntries(Object.entries(sites).map(([kind, both]) => [kind, both.map((site) => new Host(site))]));
  await Promise.all(Object.values(hosts).flat().map(({ ready }) => ready));
  const pairs = pairsOf(hosts);
  const results = [];
  let next = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < pairs.length) {
      const id = next++;
      results[id] = await play(id, ...pairs[id]);
    }
  }));
  /* On a busy machine a first check may be late for the second a relay waits: once more, alone. */
  for (const [i, { from, to, types }] of results.entries()) {
    if (types && !expectedLevels(from, to).includes(levelOf(types))) results[i] = await play(pairs.length + i, ...pairs[i]);
  }
  for (const result of results) process.stdout.write(`${JSON.stringify(result)}\n`);
}

process.stdin.resume().on('end', () => process.exit(1)); // whoever wanted to know is gone
await main(JSON.parse(process.argv[2]));
process.exit(0); // all else goes with this process
