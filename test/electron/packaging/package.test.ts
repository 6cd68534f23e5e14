/** What Electron Forge really makes of the project, around a stand-in for Electron's own files. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build, type CliOptions } from 'electron-builder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calls } from '../../../electron/contract/calls.ts';
import { InstallerMaker } from '../../../electron/packaging/installer-maker.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { newerNodeAbsence } from '../stand-in/newer-node.ts';
import { startStandIn, type StandIn } from '../stand-in/stand-in.ts';
import { fuseSentinel, headerOf, packageApp, type HeaderFolder, type PackagedApp } from './packaged-app.ts';
import { packagedCalls } from './packaged-calls.ts';

interface ArchiveEntry {
  readonly path: string;
  readonly size: number;
  /** Whether it lies beside the archive, where nothing checks its hash. */
  readonly isBeside: boolean;
  readonly isHashed: boolean;
}

function entriesOf(folder: HeaderFolder, above = ''): ArchiveEntry[] {
  return Object.entries(folder.files).flatMap(([name, entry]) => {
    const path = `${above}/${name}`;
    if ('files' in entry) return entriesOf(entry, path);
    const { size, unpacked = false, integrity } = entry;
    return [{ path, size, isBeside: unpacked, isHashed: integrity !== undefined }];
  });
}

const absence = newerNodeAbsence;

describe.skipIf(absence !== null)(
  `the packaged app${absence === null ? '' : `: left out, ${absence}`}`,
  () => {
    let app: PackagedApp;
    let entries: ArchiveEntry[];

    beforeAll(() => {
      app = packageApp();
      entries = entriesOf(headerOf(app.archive));
    }, 400_000);

    it('has every file of its own in the archive, with a hash, and the native kernels alone beside it', () => {
      const isNative = existsSync('dist/native/stamp.json');
      const beside = isNative ? ['app.asar.unpacked'] : [];
      expect(readdirSync(join(app.folder, 'resources'))).toEqual(['app.asar', ...beside]);
      expect(entries.filter(({ isHashed }) => !isHashed)).toEqual([]);
      const paths = entries.filter(({ isBeside }) => isBeside).map(({ path }) => path);
      expect(paths).toEqual(isNative ? ['/dist/native/kernels.node'] : []);
    });

    it('has what it needs', () => {
      const paths = new Set(entries.map(({ path }) => path));
      for (const path of [
        '/package.json',
        '/LICENSE',
        '/dist/node/shell.mjs',
        '/dist/node/compute-worker.mjs',
        '/dist/node/background-worker.mjs',
        '/dist/node/preload.cjs',
        '/dist/node/gpu-preload.cjs',
        '/dist/kernels/strict.wasm',
        '/dist/renderer/index.html',
        '/dist/page/page.js',
        '/experiments/presets/two-minute.yaml',
        '/dist/node/licenses.md',
        '/node_modules/pdfkit/package.json',
      ])
        expect(paths, path).toContain(path);
      // What the bundles have in themselves.
      for (const path of ['/node_modules/zod', '/node_modules/yaml']) expect(paths, path).not.toContain(path);
    });

    it('is no larger than it must be', () => {
      const largest = [...entries].sort((a, b) => b.size - a.size).slice(0, 20);
      const list = largest.map(({ path, size }) => `${(size / 1e6).toFixed(1)} MB ${path}`).join('\n');
      const bytes = statSync(app.archive).size;
      console.log(
        `The archive has ${(bytes / 1e6).toFixed(1)} MB in ${entries.length} files; the largest:\n${list}`,
      );
      expect(bytes, list).toBeLessThan(50e6);
      // Sources, tests, other builds and notes for developers are of no use to it.
      const useless = entries.filter(({ path }) =>
        /\.(?:ts|map|svelte)$|\/(?:test|tests|\.github)\//.test(path),
      );
      expect(useless.map(({ path }) => path)).toEqual([]);
    });

    it.skipIf(process.platform === 'win32')('may be entered by everybody once it is installed', () => {
      expect((statSync(app.folder).mode & 0o777).toString(8)).toBe('755');
      expect((statSync(join(app.folder, 'creasebook')).mode & 0o777).toString(8)).toBe('755');
    });

    it('has its fuses flipped in the binary', () => {
      const binary = readFileSync(join(app.folder, 'creasebook'), 'latin1');
      const wire = binary.slice(binary.indexOf(fuseSentinel) + fuseSentinel.length);
      expect([...wire.slice(0, 2)].map((letter) => letter.charCodeAt(0))).toEqual([1, 9]);
      expect(wire.slice(2, 11)).toBe('000011001');
    });

    describe('made into an installer', () => {
      /** What electron-builder computes for a target before it fetches any tool. */
      async function computed(target: string): Promise<string> {
        const found: string[] = [];
        const stopping = (request: CliOptions): Promise<string[]> =>
          build({
            ...request,
            linux: [target],
            effectiveOptionComputed: (options: unknown) => {
              found.push(JSON.stringify(options));
              return Promise.resolve(true);
            },
          } as CliOptions);
        await new InstallerMaker(stopping).make({
          dir: app.folder,
          makeDir: scratchFolder(),
          appName: 'Creasebook',
          targetPlatform: 'linux',
          targetArch: 'x64',
          forgeConfig: {} as never,
          packageJSON: {},
        });
        return found.join('\n');
      }

      it('as a deb has a homepage, a maintainer, and a menu entry under the name that its windows have', async () => {
        const words = JSON.parse(await computed('deb')) as [string[], string];
        const [options] = words;
        const after = (name: string): string | undefined => options[options.indexOf(name) + 1];
        expect(after('--maintainer')).toMatch(/^\S.* <\S+@\S+>$/);
        expect(after('--url')).toMatch(/^https:/);
        expect(
          options.filter((option) => option.endsWith('=/usr/share/applications/creasebook.desktop')),
        ).toHaveLength(1);
        expect(options).toContain(`${app.folder}/=/opt/Creasebook`);
      });

      it('as an AppImage keeps its sandbox when it is started from the menu', async () => {
        const { desktop, desktopFileName } = JSON.parse(await computed('AppImage')) as Record<string, string>;
        expect(desktopFileName).toBe('creasebook.desktop');
        expect(desktop).toContain('StartupWMClass=creasebook\n');
        expect(desktop).toMatch(/^Exec=AppRun(?: %U)?$/m);
        expect(desktop).not.toContain('no-sandbox');
        expect(desktop).toMatch(/^MimeType=.*application\/vnd\.eln\+zip;/m);
        expect(desktop).toMatch(/^MimeType=.*x-scheme-handler\/creasebook;/m);
        expect(desktop).toMatch(/^MimeType=.*application\/yaml;/m);
      });
    });

    describe('started', () => {
      let running: StandIn;
      afterAll(() => running?.kill());

      it('from its archive, shows its window and answers every call of the contract', async () => {
        const folder = scratchFolder();
        const startedAt = performance.now();
        running = startStandIn({ folder, notebook: join(folder, 'notebook'), app: app.archive });
        await expect.poll(running.names, { timeout: 60_000, interval: 20 }).toContain('shown');
        console.log(
          `The packaged app shows its window after ${Math.round(performance.now() - startedAt)} ms.`,
        );
        const answered = new Set<string>();
        await packagedCalls(running.client(), (name) => answered.add(name));
        expect(Object.keys(calls).filter((name) => !answered.has(name))).toEqual([]);
        expect(running.output()).toBe('');
        running.act({ do: 'quit' });
        expect(await running.ended).toBe(0);
      }, 600_000);
    });
  },
);
