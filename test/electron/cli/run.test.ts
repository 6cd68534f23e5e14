import { parseCells } from '../../../experiments/entries/cells-json.ts';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSafetensors } from '../../../experiments/formats/safetensors.ts';
import { digests, lab, labJson, startLab, temporaryLab, tinySweep, type ShownEntry } from './lab-process.ts';

interface RunResult {
  readonly entry: string;
  readonly cells: readonly { id: string; label: string; state: string; epochs: number; seconds: number }[];
}

describe('run and what follows it', () => {
  const place = temporaryLab();
  const there = ['--notebook', place.notebook];
  let entry = '';
  beforeAll(async () => {
    entry = (await labJson<RunResult>('run', place.sweep, ...there)).entry;
  });
  afterAll(place.remove);

  it('keeps an entry with finished cells', async () => {
    const shown = await labJson<ShownEntry>('show', entry, ...there);
    expect(shown.cells.map(({ label, state, epoch }) => [label, state, epoch])).toEqual([
      ['[9]*3, 130 points, seed 1', 'finished', 60],
      ['[9]*3, 65 points, seed 1', 'finished', 60],
    ]);
    const listed = await labJson<{ id: string }[]>('ls', ...there);
    expect(listed.map(({ id }) => id)).toEqual([shown.id]);
  });

  it('prints the path of the entry last', async () => {
    const again = await lab('run', place.sweep, ...there);
    expect(again.code).toBe(0);
    expect(again.stdout).toBe(`${entry}\n`);
  });

  it('gives the same digests with one thread and with two', async () => {
    const other = temporaryLab();
    await labJson('run', other.sweep, '--notebook', other.notebook, '--threads', '1');
    expect(await digests(other.notebook, 'tiny')).toBe(await digests(place.notebook, entry));
    other.remove();
  });

  it('trains with fused multiply-add where a sweep asks for it: other cells, and the same bits again', async () => {
    const other = temporaryLab();
    const fused = ['--notebook', other.notebook];
    const set = ['--set', 'training.determinism=device'];
    const portable = (await labJson<RunResult>('run', other.sweep, ...fused)).cells;
    const device = await labJson<RunResult>('run', other.sweep, ...fused, ...set, '--new');
    expect(device.cells.map(({ state }) => state)).toEqual(['finished', 'finished']);
    expect(device.cells.map(({ id }) => id)).not.toEqual(portable.map(({ id }) => id));
    const cells = parseCells(readFileSync(join(device.entry, 'cells.json')));
    expect(cells.map(({ config }) => [config.determinism, config.numerics])).toEqual([
      ['device', 'fused-1'],
      ['device', 'fused-1'],
    ]);
    const again = await labJson<{ holds: boolean }>('verify', device.entry, ...fused, '--level', 'rerun');
    expect(again.holds).toBe(true);
    other.remove();
  });

  it('trains only what is missing when an axis grows, and keeps the rest as it was', async () => {
    const other = temporaryLab();
    await labJson('run', other.sweep, '--notebook', other.notebook);
    const before = JSON.parse(await digests(other.notebook, 'tiny')) as unknown[];
    const set = ['--set', 'parameters.points.values=[130,65,33]'];
    const result = await labJson<RunResult>('run', other.sweep, '--notebook', other.notebook, ...set);
    expect(result.cells.map(({ state }) => state)).toEqual(['finished', 'finished', 'finished']);
    const after = JSON.parse(await digests(other.notebook, 'tiny')) as unknown[];
    expect(after.slice(0, 2)).toEqual(before);
    expect(await labJson<unknown[]>('ls', '--notebook', other.notebook)).toHaveLength(1);
    other.remove();
  });

  it('continues a finished cell to the weights of one that ran as long at once', async () => {
    const other = temporaryLab();
    await labJson('run', other.sweep, '--notebook', other.notebook, '--set', 'epochs=28');
    await labJson('run', other.sweep, '--notebook', other.notebook);
    const weightsOf = async (notebook: string): Promise<unknown> => {
      const all = JSON.parse(await digests(notebook, 'tiny')) as [string, [number, string, string][]][];
      return all.map(([id, list]) => [id, list.map(([epoch, weights]) => [epoch, weights])]);
    };
    expect(await weightsOf(other.notebook)).toEqual(await weightsOf(place.notebook));
    other.remove();
  });

  it('renders any epoch, also between snapshots, as arrays and as a picture', async () => {
    const cell = (await labJson<ShownEntry>('show', entry, ...there)).cells[0]!.id;
    const out = (name: string): string => join(place.folder, name);
    for (const epoch of ['0', '7', '23', 'last']) {
      const files = ['--out', out('f.png'), '--values', out('v.npy'), '--hashes', out('h.npy')];
      const figures = await labJson<{ distinct: number; pieces: { black: number; white: number } }>(
        ...['frame', entry, '--cell', cell, '--epoch', epoch, '--size', '33', ...files, ...there],
      );
      expect(figures.distinct).toBeGreaterThan(1);
      expect(figures.pieces.black + figures.pieces.white).toBeGreaterThan(0);
      expect(readFileSync(out('v.npy')).subarray(0, 6).toString('latin1')).toBe('\x93NUMPY');
      expect(readFileSync(out('h.npy')).length).toBe(128 + 33 * 33 * 8);
      expect(readFileSync(out('f.png')).subarray(1, 4).toString()).toBe('PNG');
    }
  });

  it('exports weights that were recorded and weights that are replayed', async () => {
    const cell = (await labJson<ShownEntry>('show', entry, ...there)).cells[1]!.id;
    const weights = async (epoch: number): Promise<Float32Array> => {
      const path = join(place.folder, 'w.safetensors');
      await labJson('weights', entry, '--cell', cell, '--epoch', String(epoch), '--out', path, ...there);
      return parseSafetensors(readFileSync(path)).parameters;
    };
    const fromRun = temporaryLab(tinySweep.replace('epochs: 60', 'epochs: 23').replace('[130, 65]', '[65]'));
    await labJson('run', fromRun.sweep, '--notebook', fromRun.notebook);
    const path = join(fromRun.folder, 'w.safetensors');
    await labJson('weights', 'tiny', '--out', path, '--notebook', fromRun.notebook);
    expect(await weights(23)).toEqual(parseSafetensors(readFileSync(path)).parameters);
    fromRun.remove();
  });

  it('verifies the chain, by another implementation and by training again, and keeps the receipts', async () => {
    for (const level of ['chain', 'frames', 'rerun']) {
      const verdict = await labJson<{ holds: boolean }>('verify', entry, '--level', level, ...there);
      expect(verdict.holds).toBe(true);
    }
    const { receipts } = await labJson<ShownEntry>('show', entry, ...there);
    expect(receipts.map(({ level, holds }) => [level, holds])).toEqual([
      ['chain', true],
      ['frames', true],
      ['rerun', true],
    ]);
  });

  it('says where a record was altered and exits 1', async () => {
    const other = temporaryLab();
    const run = await labJson<RunResult>('run', other.sweep, '--notebook', other.notebook);
    const path = join(run.entry, 'cells', run.cells[0]!.id, 'records');
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
    const verdict = await lab('verify', run.entry, '--notebook', other.notebook);
    expect(verdict.code).toBe(1);
    expect(verdict.stdout).toContain(run.cells[0]!.id);
    expect(verdict.stdout).toMatch(/DOES NOT HOLD/);
    other.remove();
  });

  it('lists what the notes claim, and exits 1 where the records say something else', async () => {
    const shown = await labJson<{
      cells: { distinctHashes: number }[];
      claims: { text: string; state: string; value?: string; why?: string }[];
    }>('show', entry, ...there);
    expect(shown.claims).toEqual([]);
    const regions = shown.cells[0]!.distinctHashes;
    const notes = join(entry, 'notes.md');
    writeFileSync(
      notes,
      `[[130: regions @ last = ${regions}]], [[130: IoU @ 0]], \`[[130: IoU @ 0 = 9]]\`, [[7: IoU @ 0]]\n`,
    );
    const claims = (await labJson<typeof shown>('show', entry, ...there)).claims;
    expect(claims.map(({ text, state, why }) => [text, state, why])).toEqual([
      [`130: regions @ last = ${regions}`, 'holds', undefined],
      ['130: IoU @ 0', 'shown', undefined],
      ['7: IoU @ 0', 'unknown', 'no cell has this name'],
    ]);
    expect(claims[0]!.value).toBe(regions.toLocaleString('en'));
    expect((await lab('show', entry, ...there)).stdout).toMatch(/ {2}holds +\[\[130: regions.*recorded/);
    expect((await lab('verify', entry, ...there)).code).toBe(0);
    writeFileSync(notes, `[[130: regions @ last = ${regions + 1}]] and [[130: IoU @ 3 = .5]]\n`);
    expect((await lab('show', entry, ...there)).stdout).toMatch(/DOES NOT HOLD[^]*NOT FOUND/);
    const verdict = await lab('verify', entry, ...there);
    expect(verdict.code).toBe(1);
    expect(verdict.stdout).toContain(
      `notes.md, epoch 60: '130: regions @ last = ${regions + 1}' does not hold: the records say ${regions.toLocaleString('en')}`,
    );
    expect(verdict.stdout).toContain("'130: IoU @ 3 = .5' does not hold: there is no snapshot of epoch 3");
    // Words of a person are no alteration of the records: the receipt that is kept says that the chain holds.
    const { receipts } = await labJson<ShownEntry>('show', entry, ...there);
    expect(receipts.at(-1)).toMatchObject({ level: 'chain', holds: true });
    rmSync(notes);
  });

  it('stops at Ctrl-C with exit code 130 and resumes to the same digests', async () => {
    const other = temporaryLab(tinySweep.replace('epochs: 60', 'epochs: 20000'));
    const running = startLab(['run', other.sweep, '--notebook', other.notebook]);
    // The first line of progress tells that cells are trained, however slow the machine is.
    await new Promise((resolve) => running.child.stderr?.once('data', resolve));
    running.child.kill('SIGINT');
    const stopped = await running.result;
    expect(stopped.code).toBe(130);
    const shown = await labJson<ShownEntry>('show', 'tiny', '--notebook', other.notebook);
    expect(shown.cells.map(({ state }) => state)).toContain('paused');
    const last = Math.max(...shown.cells.map(({ epoch }) => epoch ?? 0));
    const goal = ['--set', `epochs=${Math.ceil((last + 100) / 7) * 7}`];
    await labJson('run', other.sweep, ...goal, '--notebook', other.notebook);
    const whole = temporaryLab(tinySweep.replace('epochs: 60', 'epochs: 20000'));
    await labJson('run', whole.sweep, ...goal, '--notebook', whole.notebook);
    expect(await digests(other.notebook, 'tiny')).toBe(await digests(whole.notebook, 'tiny'));
    [other, whole].forEach(({ remove }) => remove());
  });

  it('estimates without training', async () => {
    rmSync(join(place.folder, 'none'), { recursive: true, force: true });
    const none = join(place.folder, 'none');
    const estimate = await labJson<{
      cells: { parameters: number }[];
      trainers: string;
      seconds: number;
      bytes: number;
    }>(...['run', place.sweep, '--dry-run', '--notebook', none]);
    expect(estimate.cells.map(({ parameters }) => parameters)).toEqual([217, 217]);
    expect(estimate.trainers).toMatch(/^\d+ threads?$/);
    expect(estimate.seconds).toBeGreaterThan(0);
    expect(estimate.bytes).toBeGreaterThan(1000);
    expect(() => readFileSync(join(none, 'entries'))).toThrow(/ENOENT/);
  });
});
