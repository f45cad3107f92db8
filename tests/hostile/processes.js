// What the kernel says about the host's processes: who are a broker's workers, and when one is gone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

// childrenOf lists a process's children, oldest first.
export function childrenOf(pid) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(statOf).filter(Boolean);
  return all.filter(({ parent }) => parent === pid).sort((a, b) => a.started - b.started || a.pid - b.pid)
    .map((process) => process.pid);
}

// statOf reads one process: { pid, parent, cpuTicks, started }, null when there is none.
export function statOf(pid) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { pid: Number(pid), parent: Number(fields[1]), cpuTicks: Number(fields[11]) + Number(fields[12]),
    started: Number(fields[19]) };
}

// familyOf lists a process and all below it.
export function familyOf(pid) {
  return [pid, ...childrenOf(pid).flatMap(familyOf)];
}

// gone resolves when a process that is not our child has ended and was reaped.
export async function gone(pid) {
  const watcher = spawn('tail', ['--pid', String(pid), '-s', '0.02', '-f', '/dev/null']);
  await once(watcher, 'exit');
}
