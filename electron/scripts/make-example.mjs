/**
 * Makes the entry that a new notebook begins with: trains experiments/presets/first-look.yaml with the app itself and puts
 * the entry, with the words of first-look.md as its notes, into experiments/presets/example/; then answers the questions (make-answers.mjs).
 *
 *   npm run example
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const presets = join(root, 'experiments', 'presets');
const notebook = mkdtempSync(join(tmpdir(), 'creasebook-example-'));

const run = spawnSync(
  process.execPath,
  [
    join(root, 'electron', 'scripts', 'launch.mjs'),
    'lab',
    'run',
    join(presets, 'first-look.yaml'),
    '--notebook',
    notebook,
  ],
  { stdio: 'inherit' },
);
if (run.status !== 0) process.exit(1);

const entries = join(notebook, 'entries');
const [name] = readdirSync(entries).filter((entry) => !entry.startsWith('.'));
const example = join(presets, 'example');
rmSync(example, { recursive: true, force: true });
cpSync(join(entries, name), join(example, name), { recursive: true });
cpSync(join(presets, 'first-look.md'), join(example, name, 'notes.md'));
for (const cell of readdirSync(join(example, name, 'cells'))) {
  rmSync(join(example, name, 'cells', cell, 'index.cache'), { force: true });
}
rmSync(notebook, { recursive: true });
process.exit(
  spawnSync(process.execPath, [join(root, 'electron', 'scripts', 'make-answers.mjs')], { stdio: 'inherit' })
    .status ?? 1,
);
