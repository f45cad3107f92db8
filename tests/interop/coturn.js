// A real TURN server, coturn, on loopback addresses of its own, so that none of its addresses is one
// that a client's sockets have: what a page sees of 127.0.0.1 would be the client's.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';

export const serverAddress = '127.0.0.3';
export const relayAddress = '127.0.0.2';
export const username = 'user';
export const credential = 'secret';
const program = '/usr/bin/turnserver';

export const haveCoturn = spawnSync(program, ['--help']).error === undefined;

async function freePort(address) {
  const server = createServer();
  await new Promise((done) => server.listen(0, address, done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

// There is one loopback address of IPv6: server and relay share it.
export const address6 = '::1';
export const haveIpv6 = Object.values(networkInterfaces()).flat().some(({ address }) => address === address6);

function connects(host, port) {
  return new Promise((done) => {
    const socket = connect({ port, host });
    socket.on('connect', () => socket.end(() => done(true)));
    socket.on('error', () => setTimeout(done, 20, false));
  });
}

// makeCertificate makes folder/NAME.pem, which is its own root, and its key. subject: a subjectAltName.
export function makeCertificate(folder, name, subject) {
  const [certificate, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const { status, stderr } = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=portcullis test',
    '-addext', `subjectAltName=${subject}`, '-keyout', key, '-out', certificate]);
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
  return { certificate, key };
}

// startCoturn resolves once it listens. options: more of its command line. tls: the paths of a
// certificate and its key. ipv6: it is on ::1 and gives addresses of IPv6.
export async function startCoturn({ options = [], tls, ipv6 = false } = {}) {
  const [listening, relay] = ipv6 ? [address6, address6] : [serverAddress, relayAddress];
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-coturn-'));
  const [port, tlsPort] = [await freePort(listening), await freePort(listening)];
  const child = spawn(program, ['-n', '--lt-cred-mech', '--fingerprint', '--realm', 'portcullis.test',
    '--user', `${username}:${credential}`, '--listening-ip', listening, '--relay-ip', relay,
    '--listening-port', String(port), '--tls-listening-port', String(tlsPort), '--no-cli', '--no-dtls',
    ...(tls ? ['--cert', tls.certificate, '--pkey', tls.key] : ['--no-tls']),
    '--allow-loopback-peers', '--no-multicast-peers', '--cli-password', credential, '--no-rfc5780',
    '--userdb', join(folder, 'userdb'), '--pidfile', join(folder, 'pid'), '--log-file', 'stdout',
    '--simple-log', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((done) => child.once('exit', done));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += chunk; });
  /* It says nothing when it is ready, so it is asked until it answers. */
  while (!await connects(listening, tls ? tlsPort : port)) {
    if (child.exitCode !== null) throw new Error(`coturn ended:\n${output}`);
  }
  const close = async () => {
    child.kill('SIGKILL'); /* it takes seconds to end by itself */
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { port, tlsPort, close };
}
