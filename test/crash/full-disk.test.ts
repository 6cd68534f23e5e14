import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyChain } from '../../electron/lab/verification/chain-level.ts';
import { openNotebook } from '../../electron/lab/notebook/notebook.ts';
import { sampleEntry } from '../electron/lab/notebook/sample-notebook.ts';
import { bundleProgram, type Bundle } from './bundle.ts';

interface Report {
  readonly kept: number;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  readonly holds: boolean;
  readonly ended: string;
}

let bundle: Bundle;
let base: string;

beforeAll(async () => {
  bundle = await bundleProgram('full-disk-program.ts');
  base = mkdtempSync(join(tmpdir(), 'creasebook-full-'));
});

afterAll(() => {
  bundle.remove();
  rmSync(base, { recursive: true, force: true });
});

/** Runs what follows with mounts of its own, which go with it. */
const isolated = ['unshare', '-rm'];

/** Where private mounts are not permitted the tests that need them are skipped. */
const mountable = shell(`mount -t tmpfs tmpfs ${tmpdir()}`, isolated).status === 0;
const hasShell = process.platform !== 'win32';

function shell(script: string, before: readonly string[] = []): SpawnSyncReturns<string> {
  const [program = 'sh', ...args] = [...before, 'sh', '-ec', script];
  return spawnSync(program, args, { encoding: 'utf8' });
}

function run(script: string, before: readonly string[] = []): Report {
  const { stdout, stderr } = shell(script, before);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Report;
}

function folder(): string {
  return mkdtempSync(join(base, 'case-'));
}

test.skipIf(!mountable)(
  'a disk of 1 MB that fills up: clear errors, all before it kept, and it goes on once there is room',
  () => {
    const dir = folder();
    const { kept, errors, holds, ended } = run(
      `mount -t tmpfs -o size=1m tmpfs ${dir}; head -c 200000 /dev/zero > ${dir}/ballast; ${process.execPath} ${bundle.path} fill ${dir}`,
      isolated,
    );
    expect(errors.map(({ code }) => code)).toEqual(['disk-full', 'disk-full', 'disk-full']);
    expect(errors[0].message).toMatch(
      /^Could not keep a record of cell [0-9a-f]{16}: the disk is full\. All \d+ records before it are kept\. Make room/,
    );
    expect(errors[2].message).toMatch(/entry\.json: the disk is full\. What was there before is unchanged\./);
    expect(kept).toBeGreaterThan(10);
    expect(ended).toBe('went on');
    expect(holds).toBe(true);
  },
);

test.skipIf(!hasShell)(
  'a limit on file sizes is met like a full disk, and lifted the notebook goes on',
  async () => {
    const dir = folder();
    const { kept, errors, holds, ended } = run(
      `ulimit -f 500; ${process.execPath} ${bundle.path} fill ${dir}`,
    );
    expect(errors[0]).toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('may not grow') as string,
    });
    expect(ended).toBe('still full');
    expect(holds).toBe(true);
    const notebook = await openNotebook(dir, { mode: 'write' });
    const [{ id }] = await notebook.list();
    const entry = await notebook.find(id);
    expect((await verifyChain(entry)).cells[0]).toMatchObject({ holds: true, snapshots: kept });
    await notebook.close();
    expect(run(`${process.execPath} ${bundle.path} fill ${dir}`)).toMatchObject({
      kept: 152,
      errors: [],
      holds: true,
    });
  },
);

test.skipIf(!mountable)(
  'a read-only notebook is refused for writing with a clear error, and read',
  async () => {
    const dir = folder();
    const notebook = await openNotebook(dir, { mode: 'write' });
    await notebook.create(sampleEntry());
    await notebook.close();
    const readOnly = `mount --bind ${dir} ${dir}; mount -o remount,ro,bind ${dir};`;
    const { errors, kept } = run(`${readOnly} ${process.execPath} ${bundle.path} open ${dir}`, isolated);
    expect(errors).toEqual([{ code: 'read-only', message: expect.stringContaining('read-only') as string }]);
    expect(kept).toBe(1);
    mkdirSync(join(base, 'empty'));
    const below = run(
      `mount -t tmpfs -o ro tmpfs ${base}/empty; ${process.execPath} ${bundle.path} open ${base}/empty/new`,
      isolated,
    );
    expect(below.errors).toMatchObject([{ code: 'read-only' }]);
  },
);
