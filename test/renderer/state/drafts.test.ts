import { describe, expect, it, vi } from 'vitest';
import type { SweepCheck } from '../../../electron/contract/sweeps.ts';
import type { LabState } from '../../../renderer/state/lab-state.svelte.ts';
import { SweepDraft } from '../../../renderer/state/sweep-draft.svelte.ts';
import { deferred, fakeLab, settled, type Answers } from '../fake-lab.ts';

function labOf(answers: Answers) {
  const client = fakeLab(answers);
  const said: string[] = [];
  const failed: unknown[] = [];
  const state = {
    client,
    say: (text: string) => said.push(text),
    fail: (error: unknown) => failed.push(error),
  } as unknown as LabState;
  return { client, state, said, failed };
}

function checked(yaml: string): SweepCheck {
  const nothing = { problems: [], remarks: [], axes: [], cells: [], estimate: null, missingBytes: 0 };
  return { yaml, document: { name: yaml }, ...nothing };
}

describe('a sweep that is being written', () => {
  it('is checked a moment after the last key', async () => {
    vi.useFakeTimers();
    const { client, state } = labOf({ 'sweep.check': ({ yaml }) => checked(yaml) });
    const draft = new SweepDraft(state);
    for (const yaml of ['n', 'na', 'nam']) draft.type(yaml);
    expect([draft.isChecked, client.calls.length]).toEqual([false, 0]);
    await vi.advanceTimersByTimeAsync(1000);
    vi.useRealTimers();
    expect([draft.isChecked, client.calls.length, draft.check?.yaml]).toEqual([true, 1, 'nam']);
  });

  it('takes edits one after another, each on the text of the one before', async () => {
    const { state } = labOf({
      'sweep.check': ({ yaml }) => checked(yaml),
      'sweep.edit': ({ yaml, edits }) =>
        checked(`${yaml} ${edits.map(({ path }) => path.join('.')).join(' ')}`),
    });
    const draft = new SweepDraft(state);
    await draft.open('start');
    draft.edit({ path: ['a'], value: 1 });
    draft.edit({ path: ['b', 'c'], value: null });
    await settled();
    expect(draft.yaml).toBe('start a b.c');
  });

  it('settles: what was just typed or edited is in the check before it can be queued', async () => {
    const { state } = labOf({
      'sweep.check': ({ yaml }) => ({ ...checked(yaml), cells: yaml === 'bad' ? [] : ([{}] as never) }),
      'sweep.edit': ({ yaml }) => ({ ...checked(`${yaml}+edit`), cells: [{}] as never }),
    });
    const draft = new SweepDraft(state);
    await draft.open('start');
    draft.edit({ path: ['a'], value: 1 });
    expect(draft.isReady).toBe(false);
    expect([await draft.settle(), draft.yaml]).toEqual([true, 'start+edit']);
    draft.type('typed');
    expect([await draft.settle(), draft.check?.yaml]).toEqual([true, 'typed']);
    draft.type('bad');
    expect([await draft.settle(), draft.isSound]).toEqual([false, false]);
  });

  it('puts an edit into the text that was typed while the edit was under way', async () => {
    const first = deferred<SweepCheck>();
    let asked = 0;
    const { state } = labOf({
      'sweep.check': ({ yaml }) => checked(yaml),
      'sweep.edit': ({ yaml }) => (asked++ === 0 ? first.promise : checked(`${yaml}+edit`)),
    });
    const draft = new SweepDraft(state);
    await draft.open('old');
    draft.edit({ path: ['a'], value: 1 });
    await settled();
    draft.type('typed');
    first.resolve(checked('old+edit'));
    await settled();
    expect(draft.yaml).toBe('typed+edit');
    draft.close();
  });

  it('is checked again until the times of its cells are known', async () => {
    vi.useFakeTimers();
    const cellAt = (seconds: number | null) => [{ id: 'x', seconds }] as unknown as SweepCheck['cells'];
    let asked = 0;
    const { client, state } = labOf({
      'sweep.check': ({ yaml }) => ({ ...checked(yaml), cells: cellAt(++asked < 3 ? null : 7) }),
    });
    const draft = new SweepDraft(state);
    await draft.open('text');
    expect([draft.isReady, draft.check?.cells]).toEqual([true, cellAt(null)]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([draft.isReady, draft.check?.cells, client.calls.length]).toEqual([true, cellAt(7), 3]);
    // Where there is no GPU any more it gives up.
    asked = -1000;
    await draft.open('another');
    await vi.advanceTimersByTimeAsync(600_000);
    vi.useRealTimers();
    expect([draft.isReady, draft.check?.cells]).toEqual([true, cellAt(null)]);
    expect(client.calls.length).toBe(3 + 31);
    draft.close();
  });

  it('can be queued only when its present text was found to be right', async () => {
    const cells = [{ id: 'x' }] as unknown as SweepCheck['cells'];
    const { state } = labOf({
      'sweep.check': ({ yaml }) => ({
        ...checked(yaml),
        cells,
        problems: yaml === 'bad' ? [{ line: 1, column: 1, message: 'no' }] : [],
      }),
    });
    const draft = new SweepDraft(state);
    await draft.open('bad');
    expect(draft.isReady).toBe(false);
    await draft.open('good');
    expect(draft.isReady).toBe(true);
    draft.type('good, but typed on');
    expect(draft.isReady).toBe(false);
    draft.close();
  });
});
