import { expect, it } from 'vitest';
import { temporaryLab } from '../electron/cli/lab-process.ts';
import { killedSweep, killQueueRepeatedly, serveNotebook, untilDone } from './queue-kills.ts';

it('a queue whose process is killed loses nothing and shows no false state', async () => {
  await killQueueRepeatedly(1, 20_261_120);
}, 180_000);

it('a queue whose process is asked to end stops in an orderly way and goes on by itself', async () => {
  const sweep = killedSweep(150);
  const place = temporaryLab(sweep);
  try {
    const first = await serveNotebook(place.notebook);
    await first.client.call('queue.add', { yaml: sweep, first: false });
    await new Promise<void>((resolve) => first.client.listen('cell.snapshots', () => resolve()));
    first.process.child.kill('SIGTERM');
    const { code, signal } = await first.process.result;
    expect([code, signal]).toEqual([0, null]);
    const second = await serveNotebook(place.notebook);
    expect((await second.client.call('queue.read', {})).state).toBe('running');
    await untilDone(second.client);
    second.process.child.kill('SIGINT');
    expect((await second.process.result).code).toBe(0);
  } finally {
    place.remove();
  }
}, 120_000);
