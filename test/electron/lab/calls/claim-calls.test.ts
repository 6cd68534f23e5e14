import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSmallLab, trained, type SmallLab } from '../small-lab.ts';

const sweep = `name: claimed
target: ring
epochs: 20
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
`;
const added = `findings:
  - id: smooth
    question: Is it smooth?
    claims:
      - { kind: within, measure: total variation, low: 0, high: 1000 }
`;

describe('claims beside those of a sweep', () => {
  let small: SmallLab;
  let entryId: string;
  const draft = (
    yaml: string | null,
    edits: { path: (string | number)[]; value: string | number | null }[] = [],
  ) => small.client.call('claims.draft', { entryId, yaml, edits });
  const read = () => small.client.call('findings.read', { entryId, epoch: null });
  const logPath = (): string => {
    const [name] = readdirSync(join(small.folder, 'entries'));
    return join(small.folder, 'entries', name!, 'findings.log');
  };

  beforeAll(async () => {
    small = await openSmallLab();
    entryId = await trained(small.client, sweep);
  });

  afterAll(() => small.lab.close());

  it('are told in words, with what groups may name and how they would be marked', async () => {
    expect(await draft(null)).toMatchObject({ yaml: '', problem: null, claims: [], taken: ['points-help'] });
    const { axes, claims } = await draft(added);
    expect(claims).toEqual([
      { text: 'total variation lies in [0, 1000]', registered: '(added when 4 of 4 cells were known)' },
    ]);
    expect(axes).toContainEqual({ name: 'points', values: [300, 30] });
    expect(axes.map(({ name }) => name)).not.toContain('seed');
  });

  it('are changed field by field, keeping comments', async () => {
    const path = ['findings', 0, 'claims', 0, 'high'];
    const { yaml, document } = await draft(`# mine\n${added}`, [{ path, value: 2 }]);
    expect(yaml).toContain('# mine');
    expect(document).toMatchObject({ findings: [{ claims: [{ high: 2 }] }] });
  });

  it.each([
    [
      'a measure that nobody knows',
      added.replace('total variation', 'beauty'),
      5,
      /must be one of .*is beauty/,
    ],
    ['a value without cells', added.replace('low: 0', 'low: 0, where: { points: 31 }'), 5, /no cell has 31/],
    [
      'an axis that is not swept',
      added.replace('low: 0', 'low: 0, where: { depth: 3 }'),
      5,
      /depth: is no axis/,
    ],
    ['the name of a finding of the sweep', added.replace('smooth', 'points-help'), 5, /give it another id/],
    ['what is no YAML', 'findings: [', 1, /not YAML/],
  ])('say in one line where they name %s', async (_, yaml, line, words) => {
    const { problem } = await draft(yaml);
    expect(problem).toMatchObject({ line, message: expect.stringMatching(words) });
    expect(problem!.message).not.toMatch(/\n/);
    await expect(small.client.call('claims.keep', { entryId, yaml })).rejects.toThrow(words);
  });

  it('stand below those of the sweep, marked, are measured and checked like them', async () => {
    await small.client.call('claims.keep', { entryId, yaml: added });
    const { findings, missingRows } = await read();
    expect(findings.map(({ id, claims: [claim] }) => [id, claim!.registered])).toEqual([
      ['points-help', '(registered before any of its 4 cells was known)'],
      ['smooth', '(added when 4 of 4 cells were known)'],
    ]);
    expect(missingRows).toBe(4);
    const measured = await small.client.call('findings.measure', { entryId });
    expect(measured.missingRows).toBe(0);
    expect(measured.findings[1]!.claims[0]!.evidence).not.toBeNull();
    expect(await small.client.call('findings.check', { entryId })).toMatchObject({
      differences: [],
      claims: 2,
    });
  });

  it('stay when the sweep is extended, and lose nothing of their mark', async () => {
    const more = sweep.replace('to: 2, count: 2', 'to: 3, count: 3').replace('below: 0', 'below: 1');
    await trained(small.client, more);
    const { findings } = await read();
    expect(findings.map(({ id }) => id)).toEqual(['points-help', 'smooth']);
    expect(findings[1]!.claims[0]!.registered).toBe('(added when 4 of 6 cells were known)');
    expect((await draft(null)).yaml).toBe(added);
  });

  it('are found out where somebody rewrites since when they stand there', async () => {
    const text = readFileSync(logPath(), 'utf8');
    writeFileSync(
      logPath(),
      text.replace('"high: 1000', '"high: 1001').replace('Is it smooth?', 'Is it smooth!'),
    );
    const { differences } = await small.client.call('findings.check', { entryId });
    expect(differences[0]).toMatch(/^findings\.log, line 2: its digest is another one/);
    await expect(small.client.call('claims.keep', { entryId, yaml: added })).rejects.toThrow(
      /findings\.log, line 2/,
    );
    writeFileSync(logPath(), text);
  });

  it('go away again, and the log still tells that they were there', async () => {
    await small.client.call('claims.keep', { entryId, yaml: '\n' });
    expect((await read()).findings.map(({ id }) => id)).toEqual(['points-help']);
    expect(readFileSync(logPath(), 'utf8')).toContain('Is it smooth?');
    await small.client.call('claims.keep', { entryId, yaml: added });
    expect((await read()).findings[1]!.claims[0]!.registered).toBe('(added when 4 of 6 cells were known)');
  });
});
