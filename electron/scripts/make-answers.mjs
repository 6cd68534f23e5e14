/**
 * Makes the answers that ship: asks questions with twelve seeds, checks what they say against records and weights, and puts their
 * verdicts into experiments/presets/answers/. A notebook that has answers goes on with them.
 *
 *   node electron/scripts/make-answers.mjs [--notebook DIR] [QUESTION ...]
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const seeds = '12';
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const presets = join(root, 'experiments', 'presets');
const { values, positionals } = parseArgs({
  options: { notebook: { type: 'string' } },
  allowPositionals: true,
});
const notebook = values.notebook ?? mkdtempSync(join(tmpdir(), 'creasebook-answers-'));
const questions = readdirSync(join(presets, 'questions')).map((name) => name.replace(/\.yaml$/, ''));
mkdirSync(join(presets, 'answers'), { recursive: true });

for (const question of positionals.length > 0 ? positionals : questions) {
  const entry = lab('ask', question, '--seeds', seeds, '--engine', 'wasm').trim().split('\n').at(-1);
  lab('findings', 'check', entry.slice(-8));
  copyFileSync(join(entry, 'verdicts.json'), join(presets, 'answers', `${question}.json`));
}

/** What a command prints; ends the program where it fails. */
function lab(...args) {
  const command = [join(root, 'electron', 'scripts', 'launch.mjs'), 'lab', ...args, '--notebook', notebook];
  const { status, stdout } = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (status === 0) return stdout;
  process.stderr.write(stdout);
  process.exit(1);
}
