import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleProgram } from '../crash/bundle.ts';

test('10,000 damaged and hostile network files: typed errors, under a second and 200 MB each', async () => {
  const seed = Number(process.env['CREASEBOOK_SEED'] ?? Date.now() % 1_000_000);
  const folder = 'test/fixtures/onnx';
  const files = readdirSync(folder).filter((name) => name.endsWith('.onnx'));
  const program = await bundleProgram('../fuzz/network-import-program.ts');
  try {
    const options = ['--max-old-space-size=200', program.path, String(seed), '10000'];
    const line = execFileSync(process.execPath, [...options, ...files.map((name) => join(folder, name))], {
      encoding: 'utf8',
    });
    console.log(line.trim());
    const { accepted, slowestMs, peakMb } = JSON.parse(line) as Record<string, number>;
    // Some damage leaves a readable file: the readers are reached, not only their first check.
    expect(accepted).toBeGreaterThan(100);
    expect(slowestMs).toBeLessThan(1000);
    expect(peakMb).toBeLessThan(200);
  } finally {
    program.remove();
  }
});
