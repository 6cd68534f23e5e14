import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesAsFile } from '../../electron/lab/exported-data.ts';
import { LabError } from '../../electron/lab/lab-error.ts';
import { checkArchive } from '../../electron/lab/archive-import.ts';
import { EntryError } from '../../experiments/entries/entry-error.ts';
import { ImportError } from '../../experiments/exports/import-error.ts';
import { encodePng, recipeFromPng } from '../../experiments/exports/png.ts';
import { SweepError } from '../../experiments/sweeps/sweep-error.ts';
import { parseSweep } from '../../experiments/sweeps/sweep.ts';
import { TargetError } from '../../experiments/targets/target-error.ts';
import { goldenArchive, goldenNames } from '../electron/archives/stored-entry.ts';
import { filesOf, zipOf } from '../electron/archives/stored-entry.ts';
import { fuzzRuns } from '../fuzz-runs.ts';

/** Cases each; the long campaign runs 20 times as many. */
const cases = 500;
/** CPU time that one case may take, and memory that all may add. */
const mostCpuMs = 1000;
const mostBytes = 200 * 2 ** 20;

const typed = [EntryError, ImportError, LabError, SweepError, TargetError];

interface Edit {
  readonly at: number;
  readonly byte: number;
}

/** `base` with some bytes changed, cut, or doubled. */
function mutationsOf(base: Uint8Array): fc.Arbitrary<Uint8Array> {
  const share = fc.double({ min: 0, max: 0.999999, noNaN: true });
  const edits = fc.array(fc.record({ at: share, byte: fc.nat(255) }), { maxLength: 8 });
  return fc
    .tuple(edits, share, fc.nat(60), fc.constantFrom('keep', 'cut', 'end', 'double'))
    .map(([changes, place, length, kind]) => {
      const bytes = base.slice();
      changes.forEach(({ at, byte }: Edit) => (bytes[Math.floor(at * bytes.length)] = byte));
      const from = Math.floor(place * bytes.length);
      if (kind === 'keep') return bytes;
      if (kind === 'end') return bytes.slice(0, from);
      const rest =
        kind === 'cut' ? bytes.subarray(from + length) : bytes.subarray(Math.max(0, from - length));
      return Uint8Array.from(Buffer.concat([bytes.subarray(0, from), rest]));
    });
}

async function fuzz(inputs: fc.Arbitrary<Uint8Array>, parse: (bytes: Uint8Array) => unknown): Promise<void> {
  const seed = Number(process.env['CREASEBOOK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const before = process.memoryUsage().rss;
  let [slowest, most] = [0, before];
  await fc.assert(
    fc.asyncProperty(inputs, async (bytes) => {
      const start = process.cpuUsage();
      try {
        await parse(bytes);
      } catch (error) {
        if (!typed.some((kind) => error instanceof kind)) throw error;
      }
      const { user, system } = process.cpuUsage(start);
      slowest = Math.max(slowest, (user + system) / 1000);
      most = Math.max(most, process.memoryUsage().rss);
    }),
    { numRuns: fuzzRuns(cases), seed },
  );
  console.log(
    `seed ${seed}: ${fuzzRuns(cases)} cases, slowest ${slowest.toFixed(0)} ms of CPU, ${((most - before) / 2 ** 20).toFixed(0)} MiB more at most`,
  );
  expect(slowest).toBeLessThan(mostCpuMs);
  expect(most - before).toBeLessThan(mostBytes);
}

test('.eln archives', async () => {
  const archive = await goldenArchive(goldenNames[0]!);
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  const files = filesOf(archive);
  // Half of the cases have changed files under sound zip headers, so that what comes after the zip is reached too.
  const inside = fc
    .nat(files.length - 1)
    .chain((chosen) =>
      mutationsOf(files[chosen]!.bytes).map((bytes) =>
        zipOf(files.map((file, at) => (at === chosen ? { ...file, bytes } : file))),
      ),
    );
  const input = fc.oneof(fc.uint8Array({ maxLength: 200 }), mutationsOf(archive), inside);
  await fuzz(input, (bytes) => checkArchive(bytesAsFile(bytes), options));
});

test('recipes in PNG files', async () => {
  const recipe = {
    format: 'creasebook recipe' as const,
    version: 1 as const,
    program: 'Creasebook 0.1.0',
    drawing: { kind: 'frame' as const, options: { size: 4 } },
    entry: { id: '0badc0de', title: 'ring' },
    cells: [{ id: '0123456789abcdef', label: 'one', epoch: 3 }],
    sweep: 'name: ring\ntarget: ring\n',
  };
  const png = encodePng({ width: 4, height: 4, bytes: new Uint8Array(64).fill(200) }, { recipe });
  await fuzz(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutationsOf(png)), recipeFromPng);
});

test('sweep files', async () => {
  const text =
    'name: ring\ntarget: ring\nepochs: 60\nsnapshots: { every: 10 }\nparameters:\n  shape: { values: ["[30]*30"] }\n  points: { from: 5000, ratio: 0.5, count: 5 }\n  seed: { values: [1, 2, 3] }\ntraining: { optimizer: adam, batch_size: 1024, loss: mse }\n';
  const input = fc.oneof(fc.uint8Array({ maxLength: 200 }), mutationsOf(new TextEncoder().encode(text)));
  await fuzz(input, (bytes) => parseSweep(new TextDecoder().decode(bytes)));
});
