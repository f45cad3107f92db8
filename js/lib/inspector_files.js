// The inspector's page as the broker serves it: demo/internals with uPlot beside it, in one folder.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tree = fileURLToPath(new URL('../../', import.meta.url));
const page = join(tree, 'demo/internals');
const uplot = join(tree, 'node_modules/uplot/dist');
const folder = join(tree, 'build/internals');

// inspectorFiles gives the folder, which a package brings; in the tree it is made anew from its sources.
// A broker that reads it meanwhile finds each file whole, the old one or the new.
export function inspectorFiles() {
  if (!existsSync(page) || !existsSync(uplot)) {
    if (existsSync(folder)) return folder;
    throw new Error(`the inspector's page needs uPlot, which is not at ${uplot}: run npm install`);
  }
  mkdirSync(folder, { recursive: true });
  const fresh = mkdtempSync(join(tree, 'build/internals-'));
  try {
    for (const name of readdirSync(page)) put(join(page, name), name, fresh);
    for (const name of ['uPlot.esm.js', 'uPlot.min.css']) put(join(uplot, name), name, fresh);
  } finally {
    rmSync(fresh, { recursive: true });
  }
  return folder;
}

function put(from, name, fresh) {
  copyFileSync(from, join(fresh, name));
  renameSync(join(fresh, name), join(folder, name));
}
