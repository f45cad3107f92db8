// A network of this test alone: network namespaces, the links between them, their routes and their
// rules, made with iproute2 and nftables. Only for programs inside unshared.js: there the root
// namespace is the test's own, and all of it goes with the last of its processes.
import { spawnSync } from 'node:child_process';

function run(program, args, input) {
  const { status, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8' });
  if (error || status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error ?? stderr}\n${input}`);
}

// ip carries out lines of iproute2 in one namespace, the root one when name is null.
export function ip(name, lines) {
  run('ip', [...(name ? ['-n', name] : []), '-batch', '-'], `${lines.join('\n')}\n`);
}

// nft loads a ruleset.
export function nft(name, text) {
  run('ip', ['netns', 'exec', name, 'nft', '-f', '-'], text);
}

// sysctl sets a network setting, in the root namespace when name is null.
export function sysctl(name, setting) {
  const command = ['sysctl', '-q', '-w', setting];
  if (name) run('ip', ['netns', 'exec', name, ...command]);
  else run(command[0], command.slice(1));
}

// commandIn: what spawn needs to run a program in a namespace.
export function commandIn(name, program, ...args) {
  return ['ip', ['netns', 'exec', name, program, ...args]];
}

// makeNamespaces makes them with their loopback up.
export function makeNamespaces(names) {
  ip(null, names.map((name) => `netns add ${name}`));
  for (const name of names) ip(name, ['link set lo up']);
}
