import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesAsFile } from '../../electron/lab/exports/exported-data.ts';
import { LabError } from '../../electron/lab/disk/lab-error.ts';
import { checkArchive } from '../../electron/lab/imports/archive-import.ts';
import { EntryError } from '../../experiments/records/entry-error.ts';
import { parseEntry, parseEntrySummary } from '../../experiments/entries/entry-json.ts';
import { decodeRecord, decodeRecordHead } from '../../experiments/records/record-codec.ts';
import { encodeLogFrame, logFrameHeaderBytes, scanLogFrames } from '../../experiments/records/record-log.ts';
import { ImportError } from '../../experiments/formats/import-error.ts';
import { encodePng, recipeFromPng } from '../../experiments/formats/png.ts';
import { SweepError } from '../../experiments/sweeps/sweep-error.ts';
import { parseSweep } from '../../experiments/sweeps/sweep.ts';
import { TargetError } from '../../experiments/targets/target-error.ts';
import { goldenArchive, goldenNames } from '../electron/lab/exports/stored-entry.ts';
import { filesOf, zipOf } from '../electron/lab/exports/stored-entry.ts';
import { fuzzRuns } from '../fuzz-runs.ts';

/** Cases each; the long campaign runs 20 times as many. */
const cases = 500;
/** CPU time that one case may take, and memory that it may add. */
const maxCpuMs = 1000;
const maxBytes = 200 * 2 ** 20;
/** Cases between two collections of garbage: what a case leaves must not count as what a later one needs. */
const casesBetween = 25;

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
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('These tests run in a process with --expose-gc.');
  let [slowest, most, count, before] = [0, 0, 0, 0];
  await fc.assert(
    fc.asyncProperty(inputs, async (bytes) => {
      if (count++ % casesBetween === 0) {
        collect();
        before = process.memoryUsage().rss;
      }
      const start = process.cpuUsage();
      try {
        await parse(bytes);
      } catch (error) {
        if (!typed.some((kind) => error instanceof kind)) throw error;
      }
      const { user, system } = process.cpuUsage(start);
      slowest = Math.max(slowest, (user + system) / 1000);
      most = Math.max(most, process.memoryUsage().rss - before);
    }),
    { numRuns: fuzzRuns(cases), seed },
  );
  console.log(
    `seed ${seed}: ${fuzzRuns(cases)} cases, slowest ${slowest.toFixed(0)} ms of CPU, ${(most / 2 ** 20).toFixed(0)} MiB more at most`,
  );
  expect(slowest).toBeLessThan(maxCpuMs);
  expect(most).toBeLessThan(maxBytes);
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

/** The first file of a golden entry whose path is wanted. */
function goldenFile(wanted: RegExp, archive: Uint8Array): Uint8Array {
  return filesOf(archive).find(({ name }) => wanted.test(name))!.bytes;
}

test('entry.json', async () => {
  const text = goldenFile(/entry\.json$/, await goldenArchive(goldenNames[0]!));
  const whole = JSON.parse(new TextDecoder().decode(text)) as Record<string, unknown>;
  // Half of the cases are sound JSON with a value of another kind somewhere, so that the schema is reached too.
  const inside = fc
    .tuple(fc.nat(1e6), fc.anything({ maxDepth: 2 }))
    .map(([place, value]) => encoded(replacedValue(whole, place, value)));
  const nested = fc.nat(200_000).map((depth) => encoded(`{"cells":${'['.repeat(depth)}`));
  const input = fc.oneof(
    { arbitrary: fc.uint8Array({ maxLength: 200 }), weight: 2 },
    { arbitrary: mutationsOf(text), weight: 5 },
    { arbitrary: inside, weight: 6 },
    { arbitrary: nested, weight: 1 },
  );
  await fuzz(input, (bytes) => {
    parseEntrySummary(bytes);
    parseEntry(bytes);
  });
});

function encoded(document: unknown): Uint8Array {
  const text = typeof document === 'string' ? document : (JSON.stringify(document) ?? '');
  return Uint8Array.from(new TextEncoder().encode(text));
}

/** A copy of a document with its `place`-th value, counted around, replaced. */
function replacedValue(document: unknown, place: number, value: unknown): unknown {
  let count = 0;
  JSON.stringify(document, (_key, each: unknown) => (count++, each));
  let left = place % count;
  const plain = JSON.stringify(document, (_key, each: unknown) => (left-- === 0 ? asJson(value) : each));
  return plain === undefined ? null : JSON.parse(plain);
}

function asJson(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return null; // what JSON has no word for
  }
}

test.each(['records', 'previews'])('logs of %s', async (name) => {
  const log = goldenFile(new RegExp(`${name}$`), await goldenArchive(goldenNames[0]!));
  const payloads = scanLogFrames(log).frames.map(({ offset, length }) =>
    log.slice(offset + logFrameHeaderBytes, offset + logFrameHeaderBytes + length),
  );
  // Half of the cases are damaged records under sound checksums, so that what comes after the frame is reached too.
  const inside = fc.nat(payloads.length - 1).chain((chosen) =>
    mutationsOf(payloads[chosen]!)
      .filter(({ length }) => length >= 4)
      .map((bytes) => encodeLogFrame(bytes)),
  );
  await fuzz(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutationsOf(log), inside), (bytes) => {
    const first = orTyped(() => scanLogFrames(bytes));
    for (const { offset, length } of first?.frames ?? []) {
      const payload = bytes.subarray(offset + logFrameHeaderBytes, offset + logFrameHeaderBytes + length);
      orTyped(() => decodeRecordHead(payload));
      orTyped(() => decodeRecord(payload));
    }
  });
});

/** The result, or undefined where a typed error says why there is none: one bad record must not hide the next. */
function orTyped<Result>(parse: () => Result): Result | undefined {
  try {
    return parse();
  } catch (error) {
    if (!typed.some((kind) => error instanceof kind)) throw error;
    return undefined;
  }
}
