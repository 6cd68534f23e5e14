/** The packed bench: `bench --engine webgpu` and nothing else, for machines without the rest of the program. */
import { Arguments } from '../arguments.ts';
import { gpuBench } from './gpu-bench.ts';

try {
  const options = { sizes: 'text', rounds: 'text' } as const;
  await gpuBench(new Arguments('bench', process.argv.slice(2), options, { min: 0, max: 0 }));
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
