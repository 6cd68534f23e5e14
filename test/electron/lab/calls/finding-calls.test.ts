import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContractError } from '../../../../electron/contract/contract.ts';
import { claimsOfSweep } from '../../../../experiments/findings/claims-file.ts';
import { claimText } from '../../../../experiments/findings/verdict-text.ts';
import { openSmallLab, trained, type SmallLab } from '../small-lab.ts';

const sweep = `# Do more points help?
name: claimed
target: ring
epochs: 40
snapshots: { every: 10, preview: 32, key_frame_every: 5 }
parameters:
  shape: { values: ["[8]*3"] }
  points: { values: [300, 30] }
  seed: { from: 1, to: 2, count: 2 }
findings:
  - id: points-help
    question: Do more points help?
    claims:
      - { kind: difference, measure: true error, a: { points: 300 }, b: { points: 30 }, below: 0 }
      - { kind: difference, measure: total variation, a: { points: 300 }, b: { points: 30 } }
`;

describe('calls about findings', () => {
  let small: SmallLab;
  let entryId: string;

  beforeAll(async () => {
    small = await openSmallLab();
    entryId = await trained(small.client, sweep);
  });

  afterAll(() => small.lab.close());

  it('read claims with charts, measure what is missing, keep the verdicts', async () => {
    const { client } = small;
    const before = await client.call('findings.read', { entryId, epoch: null });
    expect(before).toMatchObject({ missingRows: 4, unfinished: 0, kept: null });
    const [finding] = before.findings;
    expect(finding).toMatchObject({ id: 'points-help', question: 'Do more points help?' });
    expect(finding!.registered).toBe('(registered before any of its 4 cells was known)');
    expect(finding!.claims.map(({ verdict }) => verdict)).toEqual(['undecided', 'not measured']);
    expect(finding!.claims[0]!.evidence!.lines[0]!.seeds).toHaveLength(2);

    const after = await client.call('findings.measure', { entryId });
    expect(after.missingRows).toBe(0);
    expect(after.kept).not.toBeNull();
    expect(after.findings[0]!.claims[1]!.verdict).toBe('undecided');
  });

  it('tell the verdict as of an epoch', async () => {
    const at = async (epoch: number | null): Promise<number[]> => {
      const { findings } = await small.client.call('findings.read', { entryId, epoch });
      return findings[0]!.claims[0]!.evidence!.lines[0]!.seeds.map(({ points }) => points[1]!.y);
    };
    const timelines = await small.client.call('entry.timelines', {
      entryId,
      cells: (await small.client.call('entry.read', { entryId })).cells
        .filter(({ axes }) => axes['points'] === 300)
        .map(({ id }) => ({ cellId: id, from: 0 })),
    });
    const recorded = timelines.map(({ measures }) => Array.from(measures.truthMse));
    const tenth = await at(10);
    expect(tenth.map(Math.fround).sort()).toEqual(recorded.map((values) => values[1]).sort());
    expect(await at(null)).not.toEqual(tenth);
  });

  it('check records, measures and verdicts', async () => {
    expect(await small.client.call('findings.check', { entryId })).toMatchObject({
      differences: [],
      claims: 2,
    });
  });

  it('verify at level measures, with the place of what was changed', async () => {
    const { client, folder } = small;
    const verified = () => client.call('entry.verify', { entryId, level: 'measures' });
    expect(await verified()).toMatchObject({ holds: true, findings: [] });
    const [name] = readdirSync(join(folder, 'entries'));
    const entry = join(folder, 'entries', name!);
    const [cellId] = readdirSync(join(entry, 'cells'));
    const table = join(entry, 'cells', cellId!, 'measures', 'function.csv');
    const text = readFileSync(table, 'utf8');
    // 40 is the last epoch; a number that anybody may have written there.
    writeFileSync(table, text.replace(/\n40,[^,]+/, '\n40,0.125'));
    const { holds, cells, findings } = await verified();
    expect(holds).toBe(false);
    expect(cells.find((cell) => cell.cellId === cellId)?.findings).toEqual([
      expect.stringMatching(
        /^measures: cells\/.*function\.csv: it was changed, or another version wrote it$/,
      ),
    ]);
    // A table that is not believed is as good as none, so that its claim has other seeds.
    expect(findings).toEqual([
      expect.stringMatching(/^verdicts\.json: points-help, claim 2 .*: n is another one$/),
    ]);
    writeFileSync(table, text);
    const verdicts = join(entry, 'verdicts.json');
    const kept = readFileSync(verdicts, 'utf8');
    writeFileSync(verdicts, kept.replace('"verdict": "undecided"', '"verdict": "holds"'));
    expect((await verified()).findings).toEqual([expect.stringMatching(/^verdicts\.json: it is not what/)]);
    writeFileSync(verdicts, kept);
  });

  it.each([
    ['csv', 'finding,claim,verdict,seed,number,value'],
    ['svg', 'Do more points help?'],
  ] as const)('hand a finding out as %s', async (format, part) => {
    const request = { entryId, finding: 'points-help', scale: 1, format };
    const { bytes, name } = await small.client.call('export.finding', request);
    expect(name).toBe(`claimed-points-help.${format}`);
    expect(new TextDecoder().decode(bytes)).toContain(part);
  });

  it('say which findings there are', async () => {
    const request = { entryId, finding: 'other', scale: 1, format: 'csv' } as const;
    const call = small.client.call('export.finding', request);
    await expect(call).rejects.toThrow(ContractError);
    await expect(call).rejects.toThrow('its findings are points-help');
  });

  it('list the questions that ship', async () => {
    const cards = await small.client.call('findings.questions', {});
    expect(cards.map(({ id }) => id)).toContain('double-descent-width');
    for (const card of cards) {
      expect(card.question).toMatch(/\?$/);
      expect(card).toMatchObject({ entryId: null, verdicts: [] });
      if (card.shipped === null) continue;
      const claims = claimsOfSweep(card.yaml).map(({ finding, claim }) => [finding, claimText(claim)]);
      expect(card.shipped.verdicts.map(({ finding, text }) => [finding, text])).toEqual(claims);
      expect(card.shipped.seeds).toBeGreaterThanOrEqual(12);
    }
    expect(cards.filter(({ shipped }) => shipped !== null)).not.toEqual([]);
  });
});
