import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextCells } from '../../../../electron/lab/queue/next-cells.ts';
import type { EngineName } from '../../../../experiments/engines/engine.ts';

const engines: Record<string, EngineName> = { g: 'webgpu', w: 'wasm', r: 'reference' };
/** Two cells at once on the GPU, one on the CPU, none on the reference engine. */
const places = { webgpu: 2, wasm: 1, reference: 0 };

/** The places in line of the cells that start; a cell is the first letter of its engine. */
function startedOf(waiting: string, running: string, limit: number): number[] {
  const cells = [...waiting].map((letter, at) => ({ at, engine: engines[letter] }));
  const atWork = [...running].map((letter) => engines[letter]);
  return nextCells(cells, atWork, { cellsAtOnce: (engine) => places[engine], limit }).map(({ at }) => at);
}

it.each([
  ['nothing waits', '', 'g', Infinity, []],
  ['everything is idle', 'gggww', '', Infinity, [0, 1, 3]],
  ['an engine is full', 'ggw', 'gg', Infinity, [2]],
  ['an engine has a place left', 'wgg', 'gw', Infinity, [1]],
  ['all engines are full', 'gw', 'ggw', Infinity, []],
  ['an engine takes nothing', 'rw', '', Infinity, [1]],
  ['the limit is met', 'gg', 'w', 1, []],
  ['the limit leaves one place', 'wg', '', 1, [0]],
  ['the limit counts what runs on every engine', 'ggw', 'g', 2, [0]],
  ['more runs than the limit allows', 'g', 'gw', 1, []],
  ['the limit stops the line, a full engine does not', 'wwgg', 'w', 2, [2]],
] as const)('starts what has a place where %s', (_, waiting, running, limit, expected) => {
  expect(startedOf(waiting, running, limit)).toEqual(expected);
});

it('never starts more than there is room for, and leaves no room that somebody waits for', () => {
  const letters = fc.string({ unit: fc.constantFrom('g', 'w', 'r'), maxLength: 8 });
  fc.assert(
    fc.property(letters, letters, fc.constantFrom(0, 1, 2, 3, 5, Infinity), (waiting, running, limit) => {
      const started = startedOf(waiting, running, limit);
      const after = running + started.map((at) => waiting[at]).join('');
      const left = [...waiting].filter((__, at) => !started.includes(at)).join('');
      if (started.length > 0) expect(after.length).toBeLessThanOrEqual(limit);
      expect(startedOf(left, after, limit)).toEqual([]);
    }),
  );
});
