// The packed packages, installed into an empty project as a user would have them.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pack } from '../../../js/pack/pack.js';

const run = promisify(execFile);

export class Project {
  folder;
  tarballs;

  /** Packs, and installs with no network to be had: what is not in the tarballs would be missed. */
  static async create(manifest = {}) {
    const project = new Project();
    project.folder = mkdtempSync(join(tmpdir(), 'portcullis-project-'));
    project.tarballs = await pack(join(project.folder, 'packed'));
    project.write('package.json', JSON.stringify({ name: 'empty', version: '1.0.0', private: true, ...manifest }));
    await project.run('npm', 'install', '--offline', '--no-audit', '--no-fund', '--registry', 'http://127.0.0.1:9/',
      '--cache', join(project.folder, 'cache'), project.tarballs.main, project.tarballs.host);
    return project;
  }

  path(...parts) {
    return join(this.folder, ...parts);
  }

  write(name, text) {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** Runs a program in the project, without this tree's own settings. */
  run(command, ...args) {
    const env = { ...process.env };
    for (const name of Object.keys(env)) {
      if (/^(npm_|NODE_TEST|PORTCULLIS_|NODE_OPTIONS)/.test(name)) delete env[name];
    }
    return run(command, args, { cwd: this.folder, env, timeout: 60_000 });
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
