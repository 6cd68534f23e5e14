import { it } from 'vitest';
import { killQueueRepeatedly } from './queue-kills.ts';

it('a queue whose process is killed twenty times loses nothing and shows no false state', async () => {
  await killQueueRepeatedly(20, Date.now() % 2 ** 31);
}, 900_000);
