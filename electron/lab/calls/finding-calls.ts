/** Calls about findings: verdicts with their charts, measuring what they need, checking them, the questions that ship. */
import { join } from 'node:path';
import { claimsOfSweep } from '../../../experiments/findings/claims-file.ts';
import type { JudgedCell } from '../../../experiments/findings/judged-cell.ts';
import { leadingComment } from '../../../experiments/sweeps/sweep-text.ts';
import { localDay } from '../../program/local-time.ts';
import { questionsFolder } from '../../program/assets.ts';
import type { EntryFindings, KeptVerdict, QuestionCard } from '../../contract/findings.ts';
import { readWhole } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import {
  judgedCells,
  keepVerdicts,
  registeredVerdicts,
  storedVerdicts,
  type StoredVerdicts,
} from '../findings/entry-verdicts.ts';
import { entryFindings } from '../findings/finding-views.ts';
import { shippedAnswer } from '../findings/shipped-answers.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { currentEntry, requireWritable, trainingEngines, type LabContext } from './lab-context.ts';
import type { CallHandlers } from './router.ts';

type FindingCall =
  'findings.read' | 'findings.measure' | 'findings.check' | 'findings.questions' | 'export.finding';

const maxQuestionBytes = 1 << 20;

/** Handlers of the calls about findings. */
export function findingCalls(context: LabContext): CallHandlers<FindingCall> {
  const { notebook, background, events, now } = context;
  const atWork = new Set<string>();
  const moments = momentCells();
  return {
    async 'findings.read'({ entryId, epoch }) {
      const entry = await currentEntry(context, entryId);
      return entryFindings(entry, epoch, epoch === null ? undefined : await moments.of(entry));
    },
    async 'findings.measure'({ entryId }, { signal, part }): Promise<EntryFindings> {
      requireWritable(context);
      if (atWork.has(entryId))
        throw new LabError('refused', 'The measures of this entry are being computed already.');
      atWork.add(entryId);
      try {
        await background.run(
          'measure',
          { notebook: notebook.dir, entryId },
          { signal, onProgress: (progress) => part({ ...progress, what: 'snapshots measured' }) },
        );
        const entry = await notebook.find(entryId);
        moments.forget();
        await keepVerdicts(entry, await registeredVerdicts(entry), now());
        events.emit('entry.changed', { entryId });
        return await entryFindings(entry, null);
      } finally {
        atWork.delete(entryId);
      }
    },
    'findings.check': ({ entryId }, { signal, part }) =>
      background.run(
        'check-findings',
        { notebook: notebook.dir, entryId },
        { signal, onProgress: (progress) => part({ ...progress, what: 'snapshots measured again' }) },
      ),
    'findings.questions': () => questions(context),
    'export.finding': ({ entryId, finding, format, scale }, { signal }) =>
      background.run(
        'finding',
        { notebook: notebook.dir, entryId, finding, format, scale, date: localDay(now()) },
        { signal },
      ),
  };
}

/** The cells of the entry whose time is being moved: read once until its records go on. */
function momentCells(): { of(entry: EntryStore): Promise<readonly JudgedCell[]>; forget(): void } {
  let held: { readonly key: string; readonly cells: readonly JudgedCell[] } | null = null;
  return {
    async of(entry) {
      const ends: string[] = [entry.id, entry.sweepText];
      for (const { id } of entry.json.cells) {
        const store = await entry.cell(id);
        ends.push(`${store.state} ${store.index().at(-1)?.link ?? ''}`);
      }
      const key = ends.join('\n');
      if (held?.key !== key) held = { key, cells: (await judgedCells(entry)).cells };
      return held.cells;
    },
    forget: () => (held = null),
  };
}

function keptViews(kept: StoredVerdicts | null): KeptVerdict[] {
  return (kept?.claims ?? []).map(({ asExpected, ...claim }) => ({ ...claim, isAsExpected: asExpected }));
}

async function questions(context: LabContext): Promise<QuestionCard[]> {
  const { fs, notebook, background } = context;
  const names = (await fs.list(questionsFolder())).filter((name) => name.endsWith('.yaml')).sort();
  const engines = await trainingEngines(context);
  const cards: QuestionCard[] = [];
  for (const name of names) {
    const bytes = await readWhole(fs, join(questionsFolder(), name), maxQuestionBytes);
    const yaml = new TextDecoder().decode(bytes);
    const { plan } = await background.run('plan', {
      yaml,
      folder: notebook.dir,
      engines,
      withPicture: false,
    });
    const ids = plan?.cells.map(({ id }) => id) ?? [];
    const entry = plan === null ? null : await notebook.findForSweep(plan.name, ids);
    const kept = entry === null ? null : await storedVerdicts(entry);
    const [question, ...about] = leadingComment(yaml);
    const id = name.slice(0, -'.yaml'.length);
    const shipped = await shippedAnswer(fs, id);
    cards.push({
      id,
      question: claimsOfSweep(yaml)[0]?.question ?? question ?? '',
      about: about.join(' '),
      yaml,
      entryId: entry?.id ?? null,
      verdicts: keptViews(kept),
      shipped: shipped === null ? null : { seeds: shipped.seeds, verdicts: keptViews(shipped) },
    });
  }
  return cards;
}
