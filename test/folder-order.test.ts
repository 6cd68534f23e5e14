import { describe, expect, it } from 'vitest';
import { floors, orderViolations } from './folder-order.ts';
import { sourceFiles } from './source-files.ts';

const files = Object.keys(floors).flatMap((top) => sourceFiles(top));

describe('the order of the folders', () => {
  it('holds for every source file, with no circle', () => {
    expect(files.length).toBeGreaterThan(500);
    expect(orderViolations(files)).toEqual([]);
  });

  it.each([
    ['experiments/network/a.ts', "import type { SweepCell } from '../sweeps/cell.ts';"],
    ['experiments/records/a.ts', "import { samplePoints } from '../targets/sampling.ts';"],
    ['electron/compute/a.ts', "import { openQueue } from '../lab/queue/queue.ts';"],
    ['electron/lab/notebook/a.ts', "const { lab } = await import('../lab.ts');"],
    ['electron/serve/a.ts', "export * from '../commands/run.ts';"],
    [
      'renderer/widgets/a.svelte',
      '<script lang="ts">\n  import Top from \'../window/top-bar.svelte\';\n</script>',
    ],
    [
      'renderer/model/a.ts',
      "const worker = new Worker(new URL('../paint/paint-worker.ts', import.meta.url));",
    ],
  ])('forbids %s: %s', (path, text) => {
    expect(orderViolations([...files, { path, text }])).toHaveLength(1);
  });

  it.each(['experiments/hash', 'electron/lab/disk', 'renderer/model'])('finds a circle in %s', (folder) => {
    const planted = [
      { path: `${folder}/a.ts`, text: "import { b } from './b.ts';" },
      { path: `${folder}/b.ts`, text: "import type { C } from './c.ts';" },
      { path: `${folder}/c.ts`, text: "export { a } from './a.ts';" },
    ];
    const [violation, ...others] = orderViolations([...files, ...planted]);
    expect(others).toEqual([]);
    expect(violation).toContain('a circle of files');
    for (const { path } of planted) expect(violation).toContain(path);
  });

  it('has a floor for every folder', () => {
    const path = 'electron/lab/novelties/a.ts';
    // Inside of lab/ it would count as lab's own.
    expect(orderViolations([{ path: 'electron/novelties/a.ts', text: '' }])).toHaveLength(1);
    expect(orderViolations([{ path, text: "import { openCli } from '../../cli.ts';" }])).toHaveLength(1);
  });

  it('allows what lies lower, and packages', () => {
    const text =
      "import 'zod';\nimport '../../program/assets.ts';\nimport '../disk/files.ts';\nimport './notebook.ts';";
    expect(orderViolations([...files, { path: 'electron/lab/notebook/a.ts', text }])).toEqual([]);
  });
});
