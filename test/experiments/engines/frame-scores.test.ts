/** Frames that are scored where they are made have the sums of frames that are handed out. */
import { describe, expect, it } from 'vitest';
import { createTruthScorer, greyScore } from '../../../experiments/diagnostics/truth-error.ts';
import { unitView } from '../../../experiments/engines/engine.ts';
import { instructionSets, nativeEngine } from './native-engines.ts';
import { randomNetwork } from './random-networks.ts';
import { wasmEngine } from './test-engines.ts';

const network = randomNetwork({ hidden: [5, 9], outputs: 1 }, 3);
const levelsOf = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, at) => (at % 5 === 0 ? 127 + (at % 2) : (at * 89) % 256));

describe.each(['strict', 'relaxed', ...instructionSets()])('frames scored by %s', (name) => {
  const opened = () =>
    name === 'strict' || name === 'relaxed' ? wasmEngine(name) : nativeEngine(name, 'strict');

  it.each([
    [1, 1],
    [63, 3],
    [401, 97],
  ])('have the sums of their values, %i x %i', async (width, height) => {
    const engine = await opened();
    const frame = { network, view: unitView, width, height, planes: {} };
    for (const rows of [undefined, { start: Math.floor(height / 3), end: height }]) {
      const request = rows === undefined ? frame : { ...frame, rows };
      const { values } = await engine.renderFrame(request);
      const levels = levelsOf(values.length);
      const sums = await engine.scoreFrame?.(request, levels);
      if (sums === null || sums === undefined) throw new Error('The engine scores no frames.');
      const scorer = createTruthScorer(1);
      scorer.addLevels(values, levels);
      expect(greyScore(sums, values.length)).toEqual(scorer.score());
      expect(sums.darkTruth).toBe(levels.filter((level) => level < 128).length);
    }
    engine.dispose();
  });

  it('are refused where levels or outputs do not fit, and left to others where inputs are mapped', async () => {
    const engine = await opened();
    const frame = { network, view: unitView, width: 8, height: 8, planes: {} };
    await expect(engine.scoreFrame?.(frame, levelsOf(63))).rejects.toThrow(RangeError);
    const wide = { ...frame, network: randomNetwork({ hidden: [4], outputs: 2 }, 1) };
    await expect(engine.scoreFrame?.(wide, levelsOf(64))).rejects.toThrow(RangeError);
    const inputs = { kind: 'fold', axis: 'x', period: 0.5, phase: 0 } as const;
    const folded = { ...frame, network: { ...network, inputs } };
    expect(await engine.scoreFrame?.(folded, levelsOf(64))).toBeNull();
    engine.dispose();
  });
});
