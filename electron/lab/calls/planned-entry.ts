/** The entry of a sweep file that is to be trained, here or elsewhere. */
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import type { TrainingEngines } from '../../../experiments/sweeps/engine-split.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import { LabError } from '../disk/lab-error.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { splitEntry } from '../queue/engine-sharing.ts';
import type { PlannedSweep } from '../sweeps/planned-sweep.ts';
import type { LabContext } from './lab-context.ts';

/** The plan of a sweep file that is to be trained by such engines. Throws LabError 'refused' where it has a mistake. */
export async function plannedForQueue(
  { notebook, background }: LabContext,
  yaml: string,
  engines: TrainingEngines,
  withPicture: boolean,
): Promise<NonNullable<PlannedSweep['plan']>> {
  const input = { yaml, folder: notebook.dir, engines, withPicture };
  const { plan, problems } = await background.run('plan', input);
  if (plan !== null) return plan;
  const [problem] = problems;
  const place = problem?.line === null ? '' : `line ${problem?.line}: `;
  throw new LabError('refused', `The sweep cannot run. ${place}${problem?.message}`);
}

/** The newest entry that this sweep goes on with, brought up to date, or a new one. */
export async function entryOf(
  { notebook, environment, now, decision }: LabContext,
  yaml: string,
  plan: NonNullable<PlannedSweep['plan']>,
): Promise<{ readonly entry: EntryStore; readonly cells: readonly SweepCell[] }> {
  const { name, snapshots, target, png } = plan;
  const targets = png === null ? [] : [{ digest: target.digest, png }];
  const ids = plan.cells.map(({ id }) => id);
  const { known, cells } =
    decision.split === null
      ? { known: await notebook.findForSweep(name, ids), cells: plan.cells }
      : await splitEntry(notebook, name, plan.cells, parseSweep(yaml).training.determinism);
  if (known !== null && known.writable) {
    await known.updateSweep(yaml, cells, targets);
    return { entry: known, cells };
  }
  const entry = {
    name,
    title: name,
    sweepText: yaml,
    cells,
    snapshots,
    targets,
    environment,
    created: now(),
  };
  return { entry: await notebook.create(entry), cells };
}
