import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundleProgram } from './bundle.ts';
import { campaignRuns, campaignSeed } from './stops.ts';

const programs = 3;

it('of three programs that start at once without hard links, none ever writes beside another', async () => {
  const rounds = campaignRuns(40);
  const seed = campaignSeed();
  const program = await bundleProgram('locking-program.ts');
  const place = mkdtempSync(join(tmpdir(), 'creasebook-meet-'));
  try {
    const outcomes = await Promise.all(
      Array.from({ length: programs }, (_, id) => {
        const args = [program.path, place, 'meet', rounds, id, programs, seed + 7919 * id].map(String);
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        let output = '';
        child.stdout.on('data', (data: Buffer) => (output += data.toString()));
        return new Promise<boolean[]>((resolve, reject) => {
          child.on('close', (code) =>
            code === 0 ? resolve(JSON.parse(output) as boolean[]) : reject(new Error(`exit ${code}`)),
          );
        });
      }),
    );
    const writers = Array.from(
      { length: rounds },
      (_, round) => outcomes.filter((taken) => taken[round]).length,
    );
    console.log(`rounds ${rounds}, with one writer ${writers.filter((count) => count === 1).length}`);
    expect(Math.max(...writers)).toBe(1);
  } finally {
    program.remove();
    rmSync(place, { recursive: true, force: true });
  }
});
