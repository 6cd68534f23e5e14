import { test } from 'vitest';
import { killRepeatedly } from './kill.ts';

test(
  'a process killed while it records, 100 times, loses nothing that it said was kept',
  { timeout: 600_000 },
  async () => {
    const seed = Number(process.env.CREASEBOOK_SEED ?? 1);
    // Few rounds an entry keep verification short: its records grow with every round.
    for (let entry = 0; entry < 10; entry++) await killRepeatedly(10, seed + entry);
  },
);
