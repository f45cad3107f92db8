// Tables in Markdown, and the place in README.md that a command keeps.
import { readFileSync, writeFileSync } from 'node:fs';

const readme = new URL('../README.md', import.meta.url);

export function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

// keepInReadme replaces what lies between the two markers of a name.
export function keepInReadme(name, text) {
  const { before, after } = aroundOf(name);
  writeFileSync(readme, `${before}\n${text}\n${after}`);
}

// keptInReadme gives the rows of the table that lies there, and the text below it.
export function keptInReadme(name) {
  const [table, below = ''] = aroundOf(name).between.trim().split('\n\n');
  const rows = table.split('\n').slice(2).map((line) => line.slice(2, -2).split(' | '));
  return { rows, below };
}

function aroundOf(name) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const whole = readFileSync(readme, 'utf8');
  const [from, to] = [whole.indexOf(begin) + begin.length, whole.indexOf(end)];
  if (from < begin.length || to < from) throw new Error(`README.md has no ${begin} ... ${end}`);
  return { before: whole.slice(0, from), between: whole.slice(from, to), after: whole.slice(to) };
}

// today is the date for a document: a table is as true as its machine was on that day.
export const today = () => new Date().toISOString().slice(0, 10);

export function versionOf(name) {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
