/** Our side of `bench --peers`: tasks as JSON lines on standard input, CPU seconds as JSON lines on standard output. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { frameTask, trainingTask } from '../../../experiments/diagnostics/speed.ts';
import { unitView } from '../../../experiments/engines/engine.ts';
import { parseSafetensors } from '../../../experiments/formats/safetensors.ts';
import { extractComplex } from '../../../experiments/polytopes/extract-complex.ts';
import { cpuText } from '../../compute/native-kernels.ts';
import { extractionKernel, hostEngine } from '../../compute/thread-engines.ts';
import { programVersion } from '../../program/assets.ts';
import type { PeerFacts, PeerResult, PeerTask } from './peer-tasks.ts';

/** Something done once, and how many regions it found. */
type Work = () => Promise<number | null>;

async function workOf(task: PeerTask): Promise<Work> {
  if (task.kind === 'geometry') {
    const { shape, parameters, slope } = parseSafetensors(new Uint8Array(readFileSync(task.file)));
    const network = { shape, parameters, slope: slope ?? 0.01, output: 'affine' } as const;
    const kernel = await extractionKernel();
    return () => Promise.resolve(extractComplex(network, unitView, kernel).regionCount);
  }
  const shape = { hidden: task.widths, outputs: 1 };
  if (task.kind === 'frame') {
    const precision = task.style === 'anchored' ? 'anchored' : 'float32';
    const frame = frameTask(await hostEngine('relaxed'), shape, task.size, { hashes: true }, precision);
    return async () => {
      await frame.run();
      return null;
    };
  }
  const training = await trainingTask(
    await hostEngine('strict'),
    shape,
    task.batch,
    task.points,
    task.epochs,
  );
  await training.run();
  return async () => {
    await training.run();
    return null;
  };
}

function say(line: PeerFacts | PeerResult): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const works = new Map<string, Work>();
say({ name: `Creasebook ${programVersion()}`, kernels: cpuText() });
for await (const line of createInterface({ input: process.stdin })) {
  const work = works.get(line) ?? (await workOf(JSON.parse(line) as PeerTask));
  works.set(line, work);
  const start = process.cpuUsage();
  const regions = await work();
  const { user, system } = process.cpuUsage(start);
  say({ seconds: (user + system) / 1e6, regions });
}
