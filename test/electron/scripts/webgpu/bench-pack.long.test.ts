import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { describeGpu } from '../../../experiments/engines/webgpu/gpu-device.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeGpu('the packed bench', () => {
  it('fits into 60 MiB and runs from its archive alone', () => {
    const packed = spawnSync(process.execPath, ['electron/scripts/bench-pack.mjs', folder], {
      encoding: 'utf8',
    });
    expect(packed.stderr).toBe('');
    expect(packed.stdout).toMatch(/creasebook-bench-linux-x64\.tar\.gz \([1-5]?\d\.\d MiB\)/);
    const [archive = ''] = readdirSync(folder);
    expect(spawnSync('tar', ['-xzf', join(folder, archive), '-C', folder]).status).toBe(0);
    // Away from the repository: no package of it can be found.
    const { VK_DRIVER_FILES = '' } = process.env;
    const bench = spawnSync(
      join(folder, 'creasebook-bench', 'bench'),
      ['--sizes', 'small', '--rounds', '1', '--json'],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', VK_DRIVER_FILES, HOME: folder },
      },
    );
    expect(bench.stderr).toMatch(/^Measuring/);
    const figures = JSON.parse(bench.stdout) as Record<string, unknown>;
    expect(figures).toMatchObject({ sizes: 'small', adapter: expect.stringMatching(/\w/) });
    expect(figures.peakGigaflops).toBeGreaterThan(0.01);
    for (const name of ['protocolTrainingMs', 'sweepMs']) expect(figures[name]).toBeGreaterThan(0);
    expect(figures.frames).toHaveLength(2);
    expect(figures.scaling).toMatchObject(
      [200, 64].flatMap((points) => [1, 4].map((cells) => ({ points, cells }))),
    );
  });
});
