// Runs world.js in namespaces of its own for processes, mounts and networks, as root or, where the
// kernel lets anybody do that, as a plain user. Nothing outside is named, made or changed, and world.js
// ends when we do, however that is: the kernel then ends every process and takes the network away.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const unshare = ['--mount', '--net', '--pid', '--fork', '--kill-child', ...(process.getuid() === 0 ? [] : ['--user', '--map-root-user'])];
const enter = 'mount -t tmpfs tmpfs /run && exec "$@"';
/* What a world needs, tried once. */
const trial = `ip netns add trial && ip link add pub type bridge && ip link add up type veth peer name wan netns trial
  ip netns exec trial sysctl -q -w net.ipv4.ip_forward=1 && ip netns exec trial nft add table ip nat &&
  ip netns exec trial nft 'add chain ip nat out { type nat hook postrouting priority srcnat; }' &&
  ip netns exec trial nft 'add rule ip nat out masquerade random,fully-random'`;

function has(program) {
  return ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((folder) => existsSync(`${folder}/${program}`));
}

// whyNot is the reason why no world can be made here, or null.
export function whyNot() {
  for (const program of ['unshare', 'ip', 'nft', 'sysctl', 'turnserver']) {
    if (!has(program)) return `${program} is not installed`;
  }
  const { status, stderr, error } = spawnSync('unshare', [...unshare, 'sh', '-ec', enter, 'sh', 'sh', '-ec', trial], { encoding: 'utf8' });
  return status === 0 ? null : `this machine makes no network namespaces: ${error ?? stderr.trim().split('\n')[0]}`;
}

// leftOut: the kinds of places that cannot be made here, with their reason.
export function leftOut() {
  if (!has('tayga')) return { nat64: 'tayga is not installed' };
  const { status } = spawnSync('unshare', [...unshare, 'ip', 'tuntap', 'add', 'dev', 'trial', 'mode', 'tun']);
  return status === 0 ? {} : { nat64: 'this machine makes no TUN device' };
}

// callAll resolves with the results of all calls but those of the kinds in without: { from, to, ms, types, protocol } or { from, to, error }.
export async function callAll(without) {
  const program = fileURLToPath(new URL('world.js', import.meta.url));
  const child = spawn('unshare', [...unshare, 'sh', '-ec', enter, 'sh', process.execPath, program, JSON.stringify(without)],
    { stdio: 'pipe' });
  const results = [];
  let errors = '';
  child.stderr.on('data', (chunk) => { errors += chunk; });
  createInterface({ input: child.stdout }).on('line', (line) => results.push(JSON.parse(line)));
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0) throw new Error(`the network could not be made or used:\n${errors}`);
  return results;
}
