/** The bundled app on the stand-in for Electron: how it starts, goes on and ends, whatever the GPU does. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../scratch-folder.ts';
import { newerNodeAbsence } from './newer-node.ts';
import { startStandIn, type StandIn, type StandInOptions } from './stand-in.ts';

const started: StandIn[] = [];
afterEach(() => {
  for (const app of started.splice(0)) app.kill();
});

function start(options: Partial<StandInOptions> = {}): StandIn {
  const folder = options.folder ?? scratchFolder();
  const app = startStandIn({ notebook: join(folder, 'notebook'), ...options, folder });
  started.push(app);
  return app;
}

/** Waits until the app's window is shown. */
async function shown(app: StandIn): Promise<void> {
  await expect
    .poll(() => app.log().some(({ what, title }) => what === 'shown' && title === 'Creasebook'), {
      timeout: 60_000,
    })
    .toBe(true);
}

const absence = newerNodeAbsence;

describe.skipIf(absence !== null)(
  `the app on a stand-in${absence === null ? '' : `: left out, ${absence}`}`,
  () => {
    it.each(['none', 'hangs', 'dies'] as const)(
      'shows its window with a GPU that answers: %s, and ends in good order with it',
      async (gpu) => {
        const app = start({ gpu });
        await shown(app);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        expect(app.child.exitCode, app.output()).toBeNull();
        app.act({ do: 'close windows' });
        expect(await app.ended, app.output()).toBe(0);
        expect(app.names()).toContain('quit');
        expect(app.names().filter((name) => name === 'exit')).toHaveLength(1);
        expect(app.output()).toBe('');
      },
    );

    it('ends in good order after one signal', async () => {
      const app = start();
      await shown(app);
      app.child.kill('SIGINT');
      expect(await app.ended, app.output()).toBe(0);
      expect(app.names()).toContain('quit');
    });

    it('brings its window to the front when it is started again, and says where another notebook was meant', async () => {
      const folder = scratchFolder();
      const app = start({ folder });
      await shown(app);
      for (const notebook of ['notebook', 'other']) {
        mkdirSync(join(folder, notebook), { recursive: true });
        const again = start({ folder, notebook: join(folder, notebook) });
        expect(await again.ended, again.output()).toBe(0);
        expect(again.output()).toContain('Creasebook runs already');
      }
      await expect.poll(() => app.names().filter((name) => name === 'focused')).toHaveLength(2);
      expect(app.child.exitCode).toBeNull();
    });
  },
);
