import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyChain } from '../../../../electron/lab/verification/chain-level.ts';
import { openNotebook } from '../../../../electron/lab/notebook/notebook.ts';
import { canonicalJson } from '../../../../experiments/records/canonical-json.ts';
import { contentOf, goldenNames, goldenNotebook } from '../exports/stored-entry.ts';

function digestOf(values: ArrayBufferView): string {
  return createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');
}

/** Everything that is read of an entry; arrays as digests. */
async function everythingOf(dir: string, name: string): Promise<unknown> {
  const notebook = await openNotebook(dir, { mode: 'read' });
  const entry = await notebook.find(name);
  const cells: unknown[] = [];
  for (const { id } of entry.json.cells) {
    const store = await entry.cell(id);
    const snapshots: unknown[] = [];
    for (const { epoch, metrics, link, weightsDigest, keyFrame, seconds } of store.index()) {
      const weights = digestOf((await store.snapshot(epoch))!.weights);
      const preview = (await store.preview(epoch))!;
      const { values, boundary, ...size } = preview;
      const state = await store.keyFrameAtOrBefore(epoch);
      snapshots.push({
        metrics,
        link,
        weightsDigest,
        keyFrame,
        seconds,
        weights,
        preview: { ...size, values: digestOf(values), boundary: digestOf(boundary) },
        state: state && {
          ...state,
          state: {
            ...state.state,
            parameters: digestOf(state.state.parameters),
            moments: state.state.moments.map(digestOf),
          },
        },
      });
    }
    const resume = await store.resumePoint();
    const at = resume && {
      epoch: resume.state.epoch,
      pending: resume.pendingEpochs.length,
      link: resume.recordedLink,
    };
    cells.push({
      id,
      state: store.state,
      events: store.events,
      snapshots,
      resume: at,
      problems: store.problems,
    });
  }
  const pictures = await Promise.all(
    entry.json.targets.map(async ({ digest }) => digestOf(await entry.targetPicture(digest))),
  );
  const { holds, findings } = await verifyChain(entry);
  const [summary] = (await notebook.list()).filter(({ id }) => id === entry.id);
  await notebook.close();
  return {
    json: entry.json,
    alteration: entry.alteration,
    sweep: entry.sweepText,
    pictures,
    cells,
    verdict: { holds, findings },
    summary: { ...summary, path: '' },
  };
}

/** Canonical, so that numbers that JSON has no word for are in it too, and one line a field. */
function text(value: unknown): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(value)), null, 1)}\n`;
}

test('entries of format version 1 open as they always did', async () => {
  const dir = goldenNotebook();
  const all: Record<string, unknown> = {};
  for (const name of goldenNames) all[name] = await everythingOf(dir, name);
  await expect(text(all)).toMatchFileSnapshot('../../../fixtures/entries/version-1.json');
});

test('reading them, and opening them for writing, changes no byte of them', async () => {
  const dir = goldenNotebook();
  const before = contentOf(join(dir, 'entries'));
  for (const mode of ['read', 'write'] as const) {
    const notebook = await openNotebook(dir, { mode });
    for (const name of goldenNames) {
      const entry = await notebook.find(name);
      for (const { id } of entry.json.cells) await entry.cell(id);
    }
    await notebook.close();
    expect(contentOf(join(dir, 'entries'))).toEqual(before);
  }
});

/** Opens an entry for writing, has it written once, and returns what is read of it. */
async function afterFirstWrite(dir: string, name: string): Promise<Record<string, unknown>> {
  const notebook = await openNotebook(dir, { mode: 'write' });
  const entry = await notebook.find(name);
  await entry.describe({ title: entry.json.title });
  await notebook.close();
  return (await everythingOf(dir, name)) as Record<string, unknown>;
}

test('entries of format version 1 become of version 2 when they are first written, and hold all that they held', async () => {
  const dir = goldenNotebook();
  for (const name of goldenNames) {
    const before = (await everythingOf(dir, name)) as Record<string, unknown>;
    const untouched = contentOf(join(dir, 'entries', name));
    const after = await afterFirstWrite(dir, name);
    expect(after).toEqual({ ...before, json: { ...(before.json as object), version: 2 } });
    const written = Object.entries(contentOf(join(dir, 'entries', name)));
    const isNew = (file: string): boolean => ['cells.index', 'cells.json', 'entry.json'].includes(file);
    expect(written.filter(([file]) => !isNew(file))).toEqual(
      Object.entries(untouched).filter(([file]) => !isNew(file)),
    );
    expect(written.filter(([file]) => isNew(file))).toHaveLength(3);
  }
});

test('an entry of a newer format is read only, said to be, and stays untouched', async () => {
  const dir = goldenNotebook();
  const name = goldenNames[0]!;
  await afterFirstWrite(dir, name);
  const path = join(dir, 'entries', name, 'entry.json');
  const newer = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...newer, version: 3, somethingNew: [1, 2, 3] }));
  const before = contentOf(join(dir, 'entries'));
  const notebook = await openNotebook(dir, { mode: 'write' });
  const entry = await notebook.find(name);
  const [cell] = entry.json.cells;
  expect((await entry.cell(cell!.id)).index().length).toBeGreaterThan(0);
  await expect(entry.describe({ title: 'mine' })).rejects.toMatchObject({
    code: 'newer-version',
    message: expect.stringMatching(/newer Creasebook made entry .* left as it is/) as string,
  });
  await expect((await entry.cell(cell!.id)).appendEvent({ kind: 'paused', epoch: 1 })).rejects.toMatchObject({
    code: 'refused',
  });
  expect((await verifyChain(entry)).findings.map(({ message }) => message).join()).toMatch(
    /format version 3/,
  );
  await notebook.close();
  expect(contentOf(join(dir, 'entries'))).toEqual(before);
});
