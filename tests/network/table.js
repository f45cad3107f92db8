// What the two networks saw, as the tables of README: `npm run network` prints them, with --write it
// puts them there. The virtual network's is the same on every machine, and a test compares it; the
// real network's is one run.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { levelOf } from './expected.js';

const readme = new URL('../../README.md', import.meta.url);
const rounds = 10;

export const names = {
  open: 'no translator', 'full-cone': 'full cone', restricted: 'address-restricted',
  'port-restricted': 'port-restricted', symmetric: 'symmetric', double: 'two translators',
  'no-udp': 'UDP blocked', ipv6: 'IPv6 only', nat64: 'NAT64', hairpin: 'one that turns back',
  'no-hairpin': 'one that does not',
};
const shared = ['hairpin', 'no-hairpin'];
const words = { host: 'host', reflexive: 'srflx, prflx', relay: 'relay' };

export const markdown = (rows) => rows.map((cells, i) =>
  `| ${cells.join(' | ')} |\n${i === 0 ? `|${'---|'.repeat(cells.length)}\n` : ''}`).join('');

// virtualResults runs the C program for a few seeds of each pair: [{ from, to, level, median }].
export function virtualResults(program = fileURLToPath(new URL('../../build/debug/tests/network-matrix_test', import.meta.url))) {
  const output = execFileSync(program, [String(rounds)], { encoding: 'utf8' });
  return [...output.matchAll(/^# pair (.+)$/gm)].map(([, line]) => {
    const [from, to, ...rest] = line.split(' ');
    const numbers = Object.fromEntries(rest.flatMap((word, i) => (i % 2 ? [] : [[word, Number(rest[i + 1])]])));
    const level = Object.keys(words).sort((a, b) => numbers[b] - numbers[a])[0];
    return { from, to, level, median: numbers.median };
  });
}

// virtualTable: who offers is the row, who answers the column.
export function virtualTable(results) {
  const kinds = [...new Set(results.map(({ from }) => from))].filter((kind) => !shared.includes(kind));
  const cell = (from, to) => {
    const { level, median } = results.find((each) => each.from === from && each.to === to);
    return `${words[level]} ${(median / 1000).toFixed(1)} s`;
  };
  const rows = kinds.map((from) => [names[from], ...kinds.map((to) => cell(from, to))]);
  const together = shared.map((kind) => `${names[kind]}: ${cell(kind, kind)}`);
  return `${markdown([['from, to', ...kinds.map((kind) => names[kind])], ...rows])}
Two hosts behind one translator, ${together.join('; ')}.
`;
}

// realTable: one row for each kind, with what it reached in which way.
export function realTable(results) {
  const kinds = Object.keys(names).filter((kind) => results.some(({ from }) => from === kind));
  const row = (kind) => {
    const own = results.filter(({ from, to, types }) => types && (from === kind || to === kind));
    const reached = (level, other) => own.some(({ from, to, types }) =>
      levelOf(types) === level && (from === kind ? to : from) === other);
    const by = (level) => Object.keys(names).filter((other) => reached(level, other))
      .map((other) => names[other]).join(', ') || '-';
    const times = [...new Set(own.map(({ ms }) => ms))].sort((a, b) => a - b);
    return [names[kind], by('host'), by('reflexive'), by('relay'),
      times.length > 1 ? `${times[0]} to ${times.at(-1)}` : times.join()];
  };
  return markdown([['host behind', 'by host', 'by srflx or prflx', 'by relay only', 'opened after, ms'], ...kinds.map(row)]);
}

const between = (mark) => new RegExp(`(?<=<!-- table:${mark} -->\n)[^]*?(?=<!-- end:${mark} -->)`);

// tableInReadme is what stands between the marks.
export function tableInReadme(mark) {
  return between(mark).exec(readFileSync(readme, 'utf8'))?.[0].trim();
}

async function main() {
  const { callAll, leftOut, whyNot } = await import('./unshared.js');
  const tables = { network: virtualTable(virtualResults()) };
  const why = whyNot();
  if (why) process.stderr.write(`No real network: ${why}\n`);
  else tables.namespaces = realTable(await callAll(Object.keys(leftOut())));
  for (const [mark, table] of Object.entries(tables)) {
    process.stdout.write(`${table}\n`);
    if (!process.argv.includes('--write')) continue;
    writeFileSync(readme, readFileSync(readme, 'utf8').replace(between(mark), () => `${table.trim()}\n`));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
