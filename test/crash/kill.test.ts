import { test } from 'vitest';
import { killRepeatedly } from './kill.ts';

test('a process killed while it records, 8 times, loses nothing that it said was kept', async () => {
  await killRepeatedly(8, 20261120);
});
