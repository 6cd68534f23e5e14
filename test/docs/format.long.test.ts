import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pngFromPicture } from '../../experiments/targets/png.ts';
import { scratchFolder } from '../electron/scratch-folder.ts';
import { deriveProgram, hasPython } from './python.ts';

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

test.runIf(hasPython())(
  'docs/format.md is enough for every optimiser, loss, schedule, initialisation and kind of label',
  () => {
    const folder = scratchFolder();
    const bytes = Uint8Array.from({ length: 3 * 48 * 40 }, (_, at) => (at * 37 + (at >> 5)) % 256);
    writeFileSync(join(folder, 'picture.png'), pngFromPicture({ width: 48, height: 40, channels: 3, bytes }));
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
    const entries = readdirSync(join(folder, 'notebook', 'entries')).filter((name) => !name.startsWith('.'));
    const folders = entries.map((name) => join(folder, 'notebook', 'entries', name));
    const output = execFileSync('python3', [deriveProgram, '--all', ...folders], {
      encoding: 'utf8',
    });
    expect(
      output.match(/finished, 4 snapshots to epoch (4|6), trained to epoch \1: all bits agree/g),
    ).toHaveLength(18);
  },
);
