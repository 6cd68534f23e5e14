import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pngFromPicture } from '../../experiments/targets/png.ts';
import { scratchFolder } from '../electron/scratch-folder.ts';

const program = 'test/docs/derive-run.py';
const golden = 'test/fixtures/entries/version-1';
const names = readdirSync(golden);
/** Plain Python takes half a minute of a CPU, which a busy machine may stretch. */
const patience = { timeout: 900_000 };

/** Sweeps that between them use every optimiser, loss, schedule, initialisation and kind of label, and batches of two tiles. */
const sweeps = [
  `name: optimisers
target: picture.png
epochs: 6
validation: 30
label_noise: 0.2
snapshots: { every: 2, key_frame_every: 2, preview: 16, truth_stride: 3 }
parameters:
  shape: '[9,6]'
  points: 70
  optimizer: { values: [adam, adamw, sgd, momentum, rmsprop] }
  loss: { values: [mse, bce] }
training:
  learning_rate: 0.02
  batch_size: 33
  weight_decay: 0.01
  schedule: { kind: cosine, epochs: 5, minimum: 0.001 }
  switch: [{ epoch: 3, optimizer: rmsprop }]
`,
  `name: initialisations
target: picture.png
epochs: 4
validation: 0
slope: 0.2
snapshots: { log: 4, key_frame_every: 2, preview: 48, truth_stride: 1 }
parameters:
  shape: '[12,5]'
  points: 300
  initialization: { values: [he-normal, he-uniform, pytorch, hanin-rolnick] }
  random_labels: { values: [true, false] }
  seed: 4294967295
training: { batch_size: 290, schedule: { kind: step, every: 2, factor: 0.3 } }
`,
];

function hasPython(): boolean {
  const found = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']);
  return found.status === 0;
}

/** Decimal numbers of a text that are written with at least eight digits. */
function longNumbers(text: string): string[] {
  return (
    text.match(/\d*\.\d+(?:e[-+]?\d+)?/g)?.filter((number) => number.replace(/\D/g, '').length >= 8) ?? []
  );
}

describe('docs/format.md', () => {
  test('holds every constant of the program that was written from it', () => {
    const page = readFileSync('docs/format.md', 'utf8');
    const sources = readdirSync('test/docs').filter((name) => name.endsWith('.py'));
    const used = sources.flatMap((name) => longNumbers(readFileSync(join('test/docs', name), 'utf8')));
    expect(used.length).toBeGreaterThan(60);
    expect(used.filter((number) => !page.includes(number))).toEqual([]);
  });

  test.runIf(hasPython())('is enough to derive the recorded runs again, bit for bit', patience, () => {
    const output = execFileSync('python3', [program, ...names.map((name) => join(golden, name))], {
      encoding: 'utf8',
    });
    expect(output.trim().split('\n')).toHaveLength(6);
    expect(output.match(/all bits agree/g)).toHaveLength(6);
    expect(output).toMatch(/8eaba2a90a3f580d {2}finished, 6 snapshots to epoch 40, trained to epoch 40/);
  });

  test.runIf(hasPython())(
    'is enough for every optimiser, loss, schedule, initialisation and kind of label',
    () => {
      const folder = scratchFolder();
      const bytes = Uint8Array.from({ length: 3 * 48 * 40 }, (_, at) => (at * 37 + (at >> 5)) % 256);
      writeFileSync(
        join(folder, 'picture.png'),
        pngFromPicture({ width: 48, height: 40, channels: 3, bytes }),
      );
      sweeps.forEach((text, index) => {
        const file = join(folder, `${index}.yaml`);
        writeFileSync(file, text);
        execFileSync(
          process.execPath,
          ['dist/node/cli.js', 'run', file, '--notebook', join(folder, 'notebook')],
          {
            stdio: 'ignore',
          },
        );
      });
      const entries = readdirSync(join(folder, 'notebook', 'entries')).filter(
        (name) => !name.startsWith('.'),
      );
      const folders = entries.map((name) => join(folder, 'notebook', 'entries', name));
      const output = execFileSync('python3', [program, '--all', ...folders], { encoding: 'utf8' });
      expect(
        output.match(/finished, 4 snapshots to epoch (4|6), trained to epoch \1: all bits agree/g),
      ).toHaveLength(18);
    },
  );

  test.runIf(hasPython())('names what was changed', () => {
    const folder = join(scratchFolder(), 'entry');
    cpSync(join(golden, names.find((name) => name.includes('golden-ring')) ?? ''), folder, {
      recursive: true,
    });
    const file = join(folder, 'cells', '8eaba2a90a3f580d', 'records');
    const bytes = readFileSync(file);
    bytes[2000] ^= 1;
    writeFileSync(file, bytes);
    const { status, stderr } = spawnSync('python3', [program, folder], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/disagreement: the checksum at byte \d+ does not match/);
  });
});
