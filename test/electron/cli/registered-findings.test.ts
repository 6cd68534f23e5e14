import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { measuringTools } from '../../../electron/compute/thread-engines.ts';
import { storedVerdicts } from '../../../electron/lab/findings/entry-verdicts.ts';
import { checkFindings } from '../../../electron/lab/findings/findings-check.ts';
import { openNotebook } from '../../../electron/lab/notebook/notebook.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { lab, labJson, type LabResult } from './lab-process.ts';
import { expectOneLine } from './one-line.ts';

const sweep = `name: claimed
target: ring
epochs: 4
validation: 0
snapshots: { every: 2, preview: 16, truth_stride: 64 }
parameters:
  shape: { values: ['[4]*2'] }
  points: { values: [32] }
  seed: { values: [1, 2] }
training: { batch_size: 32 }
`;
const claims = `findings:
  - id: begins
    question: Does it begin?
    claims:
      - { kind: exact, measure: train error, equals: 0, tolerance: 100 }
`;
const later = '      - { kind: reaches, measure: true error, below: 100 }\n';
const derived = '      - { kind: exact, measure: curvature, equals: 0, tolerance: 1e9 }\n';

let notebook: string;
let file: string;
let entry: string;

const run = (text: string): Promise<LabResult> => {
  writeFileSync(file, text);
  return lab('run', file, '--engine', 'wasm', '--threads', '1', '--notebook', notebook);
};

let output: string;

beforeAll(async () => {
  notebook = scratchFolder();
  file = join(scratchFolder(), 'claimed.yaml');
  await run(sweep.replace('name: claimed', 'name: plain'));
  output = (await run(sweep + claims)).stdout;
  entry = output.trim().split('\n').at(-1)!;
});

const place = (path: string): string => join(entry, path);
const theCheck = async () => {
  const open = await openNotebook(notebook, { mode: 'read' });
  try {
    return await checkFindings(await open.find(entry.slice(-8)), {
      tools: await measuringTools(),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
  } finally {
    await open.close();
  }
};

describe('claims of a sweep', () => {
  it('are judged at the end of run, which says that they were there before the results', () => {
    expect(output.split('\n')).toEqual([
      'begins  Does it begin?  (registered before any of its 2 cells was known)',
      expect.stringMatching(/^ {2}holds {2}train error equals 0 {2}largest deviation .*\(2 seeds\)$/),
      entry,
      '',
    ]);
  });

  it('are told word by word to whoever lists entries', async () => {
    const open = await openNotebook(notebook, { mode: 'read' });
    expect((await storedVerdicts(await open.find(entry.slice(-8))))?.claims).toMatchObject([
      { verdict: 'holds' },
    ]);
    const text = readFileSync(place('verdicts.json'), 'utf8');
    writeFileSync(place('verdicts.json'), text.replace('"verdict": "holds"', '"verdict": "fails"'));
    expect(await storedVerdicts(await open.find(entry.slice(-8)))).toBeNull();
    writeFileSync(place('verdicts.json'), text);
    await open.close();
  });

  it('leave entries without claims as they were', () => {
    const plain = readdirSync(join(notebook, 'entries')).find((name) => name.includes('plain'))!;
    const files = readdirSync(join(notebook, 'entries', plain));
    expect(files.filter((name) => /findings|verdicts/.test(name))).toEqual([]);
    const ids = (folder: string): unknown =>
      (JSON.parse(readFileSync(join(folder, 'cells.json'), 'utf8')) as { cells: { id: string }[] }).cells.map(
        ({ id }) => id,
      );
    expect(ids(join(notebook, 'entries', plain))).toEqual(ids(entry));
  });

  it('answer mistakes with their line before anything is trained', async () => {
    const wrong = [
      ['equals: 0', 'equals: 0, where: { points: 33 }', /line 15: points: no cell has 33/],
      ['measure: train error', 'measure: beauty', /line 15: .*must be one of .*is beauty/],
      ['equals: 0', 'equals: 0, where: { depth: 3 }', /line 15: depth: is no axis/],
    ] as const;
    for (const [from, to, told] of wrong) {
      writeFileSync(file, (sweep + claims).replace(from, to));
      expectOneLine(await lab('run', file, '--dry-run', '--notebook', notebook), 2, told);
    }
    writeFileSync(file, (sweep + claims + later).replace('[1, 2]', '[1]'));
    const answer = await lab('run', file, '--dry-run', '--notebook', notebook);
    expectOneLine(answer, 2, /line 16: nothing is judged from one seed/);
  });

  it('are added to an entry without touching its sweep, marked', async () => {
    const own = join(scratchFolder(), 'own.yaml');
    const added = (claim: string): string => `findings:\n  - id: mine\n    claims:\n      - ${claim}\n`;
    writeFileSync(own, added('{ kind: reaches, measure: true error, below: 99 }'));
    const keep = ['findings', entry.slice(-8), '--claims', own, '--keep', '--notebook', notebook] as const;
    const before = readFileSync(place('sweep.yaml'), 'utf8');
    const { stdout } = await lab(...keep);
    expect(stdout.split('\n').filter((line) => /^\w/.test(line))).toEqual([
      'begins  Does it begin?  (registered before any of its 2 cells was known)',
      'mine  (added when 2 of 2 cells were known)',
    ]);
    expect(readFileSync(place('sweep.yaml'), 'utf8')).toBe(before);
    expect((await theCheck()).differences).toEqual([]);
    writeFileSync(own, added('{ kind: reaches, measure: beauty, below: 99 }'));
    expectOneLine(await lab(...keep), 2, /line 4: .*is beauty/);
    writeFileSync(own, '\n');
    expect((await lab(...keep)).stdout).not.toContain('mine');
  });

  it('that come later are marked so', async () => {
    const { stdout } = await run(sweep + claims + later);
    expect(stdout).toMatch(/^begins {2}Does it begin\? {2}\(added when 2 of 2 cells were known\)\n/);
    const told = await labJson<{ claims: { registration: { known: number } }[] }>(
      ...['findings', entry.slice(-8), '--notebook', notebook],
    );
    expect(told.claims.map(({ registration }) => registration.known)).toEqual([0, 2]);
  });

  it('about what records do not hold have it computed, at the snapshots that they are about', async () => {
    const { stdout } = await run(sweep + claims + later + derived);
    expect(stdout).toMatch(/\n {2}holds {6}curvature equals 0 /);
    const files = readdirSync(place('cells')).map((id) => `cells/${id}/measures/curvature.csv`);
    for (const file of files) {
      const lines = readFileSync(place(file), 'utf8').split('\n');
      expect(lines[0]).toMatch(/^# creasebook measures curvature 1 [0-9a-f]{64}$/);
      expect(lines[1]).toBe('epoch,curvature');
      expect(lines.slice(2)).toEqual([expect.stringMatching(/^4,\d/), '']);
    }
  });

  it('have slower measures computed by family, at key frames where asked', async () => {
    const at = (family: string, epochs: string): Promise<LabResult> =>
      lab('measure', entry.slice(-8), '--family', family, '--epochs', epochs, '--notebook', notebook);
    expect((await at('spectrum', 'last')).stdout).toBe('2 rows computed\n');
    expect((await at('geometry', 'key')).stdout).toBe('4 rows computed\n');
    expect((await at('sides', 'last')).stdout).toBe('2 rows computed\n');
    expect((await theCheck()).differences).toEqual([]);
    const folder = place(`cells/${readdirSync(place('cells'))[0]}/measures`);
    const [, head = '', row = ''] = readFileSync(join(folder, 'spectrum.csv'), 'utf8').split('\n');
    expect(head).toBe('epoch,sharpness,n_eff_0,n_eff_1,n_eff_2');
    const [, sharpness, ...effective] = row.split(',').map(Number);
    expect(sharpness).toBeGreaterThan(0);
    expect(effective).toEqual(effective.slice().sort((a, b) => b - a));
    for (const family of ['spectrum', 'geometry', 'sides']) rmSync(join(folder, `${family}.csv`));
    for (const id of readdirSync(place('cells')).slice(1))
      for (const family of ['spectrum', 'geometry', 'sides'])
        rmSync(place(`cells/${id}/measures/${family}.csv`));
  });

  it('without it say so', async () => {
    const file = join(scratchFolder(), 'more.yaml');
    writeFileSync(file, claims.replace('train error', 'class error'));
    const answer = await lab('findings', entry.slice(-8), '--claims', file, '--notebook', notebook);
    expect(answer.stdout).toMatch(/not measured .*2 seeds not measured so far \(run measure on the entry\)/);
    const { stdout } = await lab('measure', entry.slice(-8), '--family', 'function', '--notebook', notebook);
    expect(stdout).toBe('6 rows computed\n');
    const again = await lab('measure', entry.slice(-8), '--notebook', notebook);
    expect(again.stdout).toBe('4 rows computed\n');
    const known = await lab('findings', entry.slice(-8), '--claims', file, '--notebook', notebook);
    expect(known.stdout).toMatch(/holds {2}class error equals 0 /);
  });
});

describe('findings check', () => {
  const kept = new Map<string, Buffer>();
  afterEach(() => {
    for (const [path, bytes] of kept) writeFileSync(path, bytes);
    kept.clear();
  });

  /** Changes one bit of the byte that follows a text, or of the last byte but `fromEnd`. */
  function change(path: string, after: string | number): void {
    const bytes = readFileSync(path);
    kept.set(path, Buffer.from(bytes));
    const at = typeof after === 'number' ? bytes.length - after : bytes.indexOf(after) + after.length;
    bytes[at]! ^= 1;
    writeFileSync(path, bytes);
  }

  it('finds nothing where nothing was changed', async () => {
    expect(await theCheck()).toEqual({ differences: [], remarks: [], claims: 3, rows: 12 });
    const { code, stdout } = await lab('findings', 'check', entry.slice(-8), '--notebook', notebook);
    expect([code, stdout]).toEqual([0, 'findings: everything holds (3 claims, 12 measured rows)\n']);
  });

  it.each([
    ['a record', () => `cells/${readdirSync(place('cells'))[0]}/records`, 300, /: records, .*bytes/],
    ['a verdict', () => 'verdicts.json', '"planned": ', /^verdicts\.json: .*digest/],
    [
      'a measure',
      () => `cells/${readdirSync(place('cells'))[1]}/measures/function.csv`,
      '\n2,0.',
      /^cells\/[0-9a-f]{16}\/measures\/function\.csv: it was changed, or another version wrote it$/,
    ],
    ['the log', () => 'findings.log', '"id":"', /^findings\.log, line 1: its digest/],
    ['a claim of the sweep', () => 'sweep.yaml', 'tolerance: ', /^entry: sweep\.yaml: /],
  ])('exits 1 with the place after one byte of %s was changed', async (_, path, after, told) => {
    change(place(path()), after);
    const { code, stdout } = await lab('findings', 'check', entry.slice(-8), '--notebook', notebook);
    expect(code).toBe(1);
    expect(stdout.split('\n')[0]).toMatch(told);
  });

  it('says which verdict is not what the records give, even where its digest was made to fit', async () => {
    const path = place('verdicts.json');
    kept.set(path, readFileSync(path));
    const { sha256, ...content } = JSON.parse(readFileSync(path, 'utf8')) as {
      sha256: string;
      claims: { verdict: string; text: string }[];
    };
    content.claims[0]!.verdict = 'fails';
    const { canonicalJson } = await import('../../../experiments/records/canonical-json.ts');
    const { textDigest } = await import('../../../experiments/records/digests.ts');
    expect(sha256).not.toBe(textDigest(canonicalJson(content)));
    writeFileSync(path, JSON.stringify({ ...content, sha256: textDigest(canonicalJson(content)) }));
    expect((await theCheck()).differences).toEqual([
      'verdicts.json, begins, claim 1 (train error equals 0): verdict is another one',
    ]);
  });

  it('says which measure is not what the weights give, even where its digest was made to fit', async () => {
    const path = place(`cells/${readdirSync(place('cells'))[1]}/measures/function.csv`);
    const text = readFileSync(path, 'utf8');
    kept.set(path, Buffer.from(text));
    const body = text.slice(text.indexOf('\n') + 1).replace('\n2,0.', '\n2,1.');
    const digest = createHash('sha256').update(body).digest('hex');
    writeFileSync(path, `# creasebook measures function 1 ${digest}\n${body}`);
    expect((await theCheck()).differences).toEqual([
      expect.stringMatching(
        /^cells\/[0-9a-f]{16}\/measures\/function\.csv, epoch 2: clippedError is another one$/,
      ),
    ]);
  });

  it('says where verdicts were not kept', async () => {
    const path = place('verdicts.json');
    kept.set(path, readFileSync(path));
    rmSync(path);
    expect((await theCheck()).remarks).toEqual([expect.stringMatching(/verdicts\.json is not there/)]);
  });
});
