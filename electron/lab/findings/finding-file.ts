/** A finding as a file: a figure with its recipe, or the numbers of its seeds as a table. */
import { evidenceFigureSvg, type DrawnClaim } from '../../../experiments/evidence/evidence-figure.ts';
import { verdictSentence } from '../../../experiments/evidence/verdict-sentence.ts';
import { csvText } from '../../../experiments/formats/csv.ts';
import type { Recipe } from '../../../experiments/formats/recipe.ts';
import { claimText } from '../../../experiments/findings/verdict-text.ts';
import type { ExportedFile } from '../../contract/exports.ts';
import { LabError } from '../disk/lab-error.ts';
import {
  figureFile,
  figureTypes,
  missingLetters,
  type Drawing,
  type FigureFormat,
} from '../exports/figure-file.ts';
import { slugOf } from '../notebook/entry-names.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { drawnFindings, type DrawnFinding } from './finding-views.ts';

/** Format of a finding's file. */
export type FindingFormat = FigureFormat | 'csv';

/** Which finding becomes a file, drawn when and by what; `scale` is that of PNG. */
export interface FindingFileRequest {
  readonly entry: EntryStore;
  readonly finding: string;
  readonly format: FindingFormat;
  readonly scale: number;
  readonly date: string;
  readonly program: string;
}

/** Cells of a recipe: more would not fit into a picture. */
const mostRecipeCells = 1000;

/** A finding of an entry as a file. Throws LabError 'not-found', SweepError. */
export async function findingFile(request: FindingFileRequest): Promise<ExportedFile> {
  const { entry, finding, format, scale } = request;
  const all = await drawnFindings(entry, null);
  const drawn = all.find(({ id }) => id === finding);
  if (drawn === undefined) {
    const known = all.map(({ id }) => id).join(', ');
    throw new LabError(
      'not-found',
      `The entry has no finding ${finding}; ${known === '' ? 'it states no claims' : `its findings are ${known}`}.`,
    );
  }
  const { claims } = drawn;
  const name = `${slugOf(entry.json.name)}-${slugOf(finding)}.${format}`;
  if (format === 'csv') {
    const { head, rows } = seedNumbers(claims);
    return { name, type: 'text/csv', bytes: new TextEncoder().encode(csvText(head, rows)) };
  }
  const { bytes, missing } = await figureFile(drawingOf(request, drawn), format, scale);
  const remark = missingLetters(missing);
  return { name, type: figureTypes[format], bytes, ...(remark === null ? {} : { remark }) };
}

function drawingOf(
  { entry, finding, date, program }: FindingFileRequest,
  { question, claims, plots }: DrawnFinding,
): Drawing {
  const cellIds = new Set(
    claims.flatMap(({ evidence }) =>
      (evidence?.lines ?? []).flatMap(({ seeds }) =>
        seeds.flatMap(({ points }) => points.map(({ cellId }) => cellId)),
      ),
    ),
  );
  const cells = entry.json.cells.filter(({ id }) => cellIds.has(id)).slice(0, mostRecipeCells);
  const recipe: Recipe = {
    ...{ format: 'creasebook recipe', version: 1, program },
    drawing: { kind: 'chart', options: { finding } },
    entry: { id: entry.id, title: entry.json.title },
    cells: cells.map(({ id, label, epochs }) => ({ id, label, epoch: epochs })),
    sweep: entry.sweepText,
  };
  const figure = {
    question: question === '' ? finding : question,
    ...{ claims, plots, recipe },
    provenance: [`Sweep: ${entry.json.name}`, `entry ${entry.id}`, date, program].join('  ·  '),
  };
  return {
    svg: (fonts) => evidenceFigureSvg(figure, fonts),
    recipe,
    title: figure.question,
    subject: claims.map(({ judged }) => verdictSentence(judged)).join(' '),
    ...{ program, date },
  };
}

/** One row for each number of each seed of each claim. */
function seedNumbers(claims: readonly DrawnClaim[]): {
  head: string[];
  rows: (string | number | null)[][];
} {
  const head = ['finding', 'claim', 'verdict', 'seed', 'number', 'value'];
  const rows = claims.flatMap(({ judged: { asked, verdict } }) =>
    verdict.perSeed.flatMap(({ seed, ...numbers }) =>
      Object.entries(numbers).map(([name, value]) => [
        ...[asked.finding, claimText(asked.claim), verdict.word, seed, name],
        Number.isFinite(value) ? value : String(value),
      ]),
    ),
  );
  return { head, rows };
}
