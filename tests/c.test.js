// Runs every C unit program of the sanitized build as one test each; a failure shows its output.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = new URL('../build/debug/tests/', import.meta.url);
const list = new URL('programs.txt', folder);
const timeLimitMs = 240_000;

/** The seed files of a fuzz target, for the unit program that replays them. */
function seedsOf(program) {
  const seeds = new URL(`./fuzz/seeds/${program.replace(/^fuzz-/, '')}/`, import.meta.url);
  if (!program.startsWith('fuzz-') || !existsSync(seeds)) return [];
  return readdirSync(seeds).sort().map((name) => fileURLToPath(new URL(name, seeds)));
}

/** Runs one program to its end; resolves how it ended and all it said. */
function run(program) {
  const options = { timeout: timeLimitMs, maxBuffer: 64 << 20, env: { ...process.env, LC_ALL: 'C' } };
  return new Promise((resolve) => {
    execFile(fileURLToPath(new URL(program, folder)), seedsOf(program), options, (error, stdout, stderr) => {
      resolve({ error, output: stdout + stderr });
    });
  });
}

/** The lines that say what failed: everything but the tests that passed. */
function withoutPassed(output) {
  return output.split('\n').filter((line) => !line.startsWith('ok ')).join('\n').slice(-8000);
}

test('C unit programs, with AddressSanitizer and UndefinedBehaviorSanitizer', { concurrency: 2 }, async (t) => {
  assert.ok(existsSync(list), 'build/debug is not built: run ./bootstrap test');
  const programs = readFileSync(list, 'utf8').split('\n').filter(Boolean);
  assert.ok(programs.length > 0, 'no unit program was built');
  await Promise.all(
    programs.map((program) =>
      t.test(program, async () => {
        const { error, output } = await run(program);
        const ended = error?.killed ? `ran longer than ${timeLimitMs / 1000} s` : (error?.signal ?? `exit ${error?.code}`);
        assert.ok(!error, `${program}: ${ended}\n${withoutPassed(output)}`);
        assert.match(output, /^1\.\.[1-9]/m, `${program} ran no test`);
      }),
    ),
  );
});
