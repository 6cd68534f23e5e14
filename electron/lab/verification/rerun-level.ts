/** Verification by training again: every recorded snapshot must come out of the same configuration, bit for bit. */
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import type { Finding } from '../../../experiments/entries/chain-verification.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import type { CellMessage } from '../../../experiments/sweeps/cell-run-contract.ts';
import { engineOfCell } from '../../../experiments/sweeps/cell-engine.ts';
import { pictureFromFile } from '../../../experiments/targets/picture-file.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { whileListening } from '../../../experiments/tasks/while-listening.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import { thinnedCount, type CellVerdict } from './chain-level.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { rerunComparison } from './rerun-comparison.ts';
import type { CellExecutor } from '../../compute/cell-executor.ts';

/** What training an entry again needs. */
export interface RerunRequest {
  readonly entry: EntryStore;
  /** Those that are trained again; all where left out. */
  readonly cells?: readonly EntryCell[];
  readonly executor: CellExecutor;
  /** What the GPU computes on; rejects where there is none. */
  adapter(): Promise<string>;
  readonly signal: AbortSignal;
  /** Called as cells advance: epochs done of epochs to do. */
  onProgress(cellId: string, epoch: number, epochs: number): void;
}

/** Verdicts of the cells, in their order; as many cells at once as the executor has threads. */
export async function verifyByRerun(request: RerunRequest): Promise<CellVerdict[]> {
  const cells = request.cells ?? request.entry.json.cells;
  const verdicts = new Map<string, CellVerdict>();
  const waiting = [...cells];
  const take = async (): Promise<void> => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      verdicts.set(cell.id, await rerunCell(request, cell));
    }
  };
  await Promise.all(Array.from({ length: request.executor.threads }, take));
  return cells.flatMap(({ id }) => verdicts.get(id) ?? []);
}

async function rerunCell(request: RerunRequest, json: EntryCell): Promise<CellVerdict> {
  const { entry, executor, signal } = request;
  const cell = sweepCellFrom(json);
  const store = await entry.cell(cell.id);
  const recorded = store.index();
  const last = recorded.at(-1);
  const findings: Finding[] = [];
  const add = (epoch: number, field: string, message: string): void => {
    findings.push({ part: 'records', cell: cell.id, record: null, epoch, bytes: null, field, message });
  };
  const expected = new Map(recorded.map((facts) => [facts.epoch, facts]));
  let compared = 0;
  const comparison = await rerunComparison(cell, store, request.adapter);
  let comparing = Promise.resolve();
  const verdict = (): CellVerdict => {
    const holds = findings.length === 0 && compared === recorded.length;
    const { words } = comparison;
    const how = words === undefined ? {} : { comparison: words };
    const thinned = thinnedCount(recorded.length - store.keptEpochs().length);
    return { id: cell.id, label: cell.label, holds, snapshots: compared, ...thinned, findings, ...how };
  };
  if (last === undefined) return verdict();
  const run = executor.runCell(
    {
      cellId: cell.id,
      config: cell.config,
      picture: pictureFromFile(await entry.targetPicture(cell.config.target)),
      epochs: last.epoch,
      snapshots: {
        ...entry.json.snapshots,
        policy: { kind: 'list', epochs: recorded.map(({ epoch }) => epoch) },
      },
      resume: null,
    },
    engineOfCell(cell.config),
    (message: CellMessage) => {
      if (message.kind === 'failed') add(message.epoch, 'run', `training again failed: ${message.message}`);
      if (message.kind === 'progress') request.onProgress(cell.id, message.epoch, last.epoch);
      if (message.kind !== 'snapshot') return;
      run.acknowledge();
      const { epoch } = message.snapshot.metrics;
      request.onProgress(cell.id, epoch, last.epoch);
      const facts = expected.get(epoch);
      if (facts === undefined) return;
      comparing = comparing.then(async () => {
        compared += 1;
        const field = await comparison.maybeDifference(facts, message.snapshot);
        if (field === null || findings.length > 0) return;
        add(
          epoch,
          field,
          `trained again, the ${field} at epoch ${epoch} came out different${deviceText(cell, store)}`,
        );
        // One difference makes all later epochs differ as well.
        run.abort();
      });
      comparing.catch(() => run.abort());
    },
  );
  await whileListening(
    signal,
    () => run.abort(),
    async () => {
      await run.done;
      await comparing;
    },
  );
  if (findings.length === 0 && compared < recorded.length) {
    add(last.epoch, 'snapshots', `only ${compared} of ${recorded.length} snapshots were reached again`);
  }
  return verdict();
}

/** What a difference may mean for a cell whose class promises its bits on machines of one kind only; empty for others. */
function deviceText({ config }: SweepCell, { events }: Pick<CellStore, 'events'>): string {
  if (config.determinism !== 'device') return '';
  const processors = events.flatMap(({ event }) =>
    event.kind === 'started' || event.kind === 'resumed' ? (event.environment.processor ?? []) : [],
  );
  const machine = processors.length === 0 ? 'another machine' : [...new Set(processors)].join(' and ');
  return `; class device promises the same bits only where arithmetic is that of the machine that trained it (${machine})`;
}
