// Network namespaces for tests that change a network under a call: two machines with a cable for each
// network between them. Needs the rights of root; `why` says why not.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programPath } from '../interop/host.js';

function reason() {
  const name = `pcs-try-${process.pid}`;
  const { status, error, stderr } = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  if (status !== 0) return `no network namespaces here: ${error?.code ?? stderr.trim()}`;
  spawnSync('ip', ['netns', 'delete', name]);
  return false;
}

/** false, or why there can be no namespaces: for a test's `skip`. */
export const why = reason();

export const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/**
 * Two machines, left and right, joined by `cables`: each is [left address, right address], of one
 * network, and is interface cable0, cable1 … on either side.
 */
export class TwoMachines {
  #names;
  #folder = mkdtempSync(join(tmpdir(), 'portcullis-network-'));

  constructor(label, cables) {
    this.#names = { left: `pcs-${process.pid}-${label}-l`, right: `pcs-${process.pid}-${label}-r` };
    for (const name of Object.values(this.#names)) ip('netns', 'add', name);
    cables.forEach((addresses, index) => this.#lay(`cable${index}`, addresses));
  }

  #lay(cable, [left, right]) {
    ip('-n', this.#names.left, 'link', 'add', cable, 'type', 'veth', 'peer', 'name', cable, 'netns', this.#names.right);
    for (const [side, address] of [['left', left], ['right', right]]) {
      this.run(side, 'address', 'add', `${address}/24`, 'dev', cable);
      this.run(side, 'link', 'set', cable, 'up');
    }
  }

  /** One `ip` command on one machine. */
  run(side, ...args) {
    ip('-n', this.#names[side], ...args);
  }

  /** A broker's path that starts it on that machine. */
  broker(side) {
    const path = join(this.#folder, side);
    writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${this.#names[side]} ${programPath('portcullis-broker')} "$@"\n`);
    chmodSync(path, 0o700);
    return path;
  }

  close() {
    for (const name of Object.values(this.#names)) spawnSync('ip', ['netns', 'delete', name]);
    rmSync(this.#folder, { recursive: true });
  }
}
