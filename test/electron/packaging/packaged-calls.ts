/** Every call of the contract once, with parameters that it can answer: what the packaged app must be able to do. */
import {
  ContractError,
  type CallName,
  type CallParameters,
  type CallResult,
  type LabClient,
} from '../../../electron/contract/contract.ts';

const sweep = `name: packaged
target: ring
epochs: 20
snapshots: { every: 5, preview: 32, key_frame_every: 2 }
parameters:
  shape: { values: ["[8]*2"] }
  points: { values: [100] }
  seed: { values: [1, 2] }
findings:
  - id: packaged
    claims: [{ kind: within, measure: class error, low: 0, high: 1 }]
`;

const addedClaims = `findings:
  - id: added
    claims: [{ kind: within, measure: true error, low: 0, high: 10 }]
`;

/** Bytes of an upload that travel at once. */
const piece = 1 << 20;

/** Performs every call on the example entry of a new notebook and on a sweep of its own; `answered` is told each name. */
export async function packagedCalls(client: LabClient, answered: (name: CallName) => void): Promise<void> {
  async function call<Name extends CallName>(
    name: Name,
    parameters: CallParameters<Name>,
  ): Promise<CallResult<Name>> {
    try {
      const result = await client.call(name, parameters);
      answered(name);
      return result;
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  const info = await call('app.info', {});
  await call('app.take', {});
  await call('settings.read', {});
  await call('settings.write', { map: 'viridis' });
  if (info.exampleEntryId === null) throw new Error('A new notebook has no example.');
  await call('notebook.list', {});
  await call('notebook.disk', {});
  const example = info.exampleEntryId;
  await call('entry.verify', { entryId: example, level: 'chain' });
  // What follows is asked of a small entry: the example takes minutes to train again.
  const id = await sweepCalls();
  const { cells } = await call('entry.read', { entryId: id });
  const [{ id: cellId } = { id: '' }] = cells;
  await readCalls();
  await findingCalls();
  await exportCalls();
  await clusterCalls();
  await uploadCalls();
  await writeCalls();

  async function readCalls(): Promise<void> {
    const view = { x0: 0, y0: 0, x1: 1, y1: 1 };
    await call('entry.columns', { entryId: id });
    await call('entry.series', { entryId: id, measures: ['truthMse'] });
    await call('entry.timelines', { entryId: id, cells: [{ cellId, from: 0 }] });
    await call('entry.baselines', { entryId: id, cellIds: [cellId] });
    await call('entry.events', { entryId: id, cellId });
    await call('entry.verify', { entryId: id, level: 'rerun' });
    await call('entry.verify', { entryId: id, level: 'frames', snapshots: 1 });
    await call('previews.read', { entryId: id, cells: [{ cellId, from: 0, count: 5 }] });
    await call('previews.last', { entryId: id, cellIds: [cellId] });
    await call('frame.render', {
      entryId: id,
      cellId,
      epoch: 0,
      view,
      width: 64,
      height: 64,
      values: 'float32',
      planes: { hashes: true, firstLayers: true, gradient: true },
      priority: 'shown',
      coarse: false,
    });
    await call('frame.probe', { entryId: id, cellId, epoch: 0, at: { x: 0.5, y: 0.5 } });
    await call('cell.points', { entryId: id, cellId });
    await call('cell.network', { entryId: id, cellId, epoch: 0 });
    await call('cell.truth', { entryId: id, cellId, view, width: 16, height: 16 });
    await call('regions.count', { entryId: id, cellId, snapshots: 1 });
    await call('regions.read', { entryId: id, cellId });
    for (const format of ['safetensors', 'onnx', 'onnx-float64'] as const)
      await call('cell.weights', { entryId: id, cellId, epoch: 0, format });
  }

  async function findingCalls(): Promise<void> {
    await call('findings.questions', {});
    await call('findings.read', { entryId: id, epoch: null });
    await call('claims.draft', { entryId: id, yaml: null, edits: [] });
    await call('claims.keep', { entryId: id, yaml: addedClaims });
    await call('findings.measure', { entryId: id });
    await call('findings.check', { entryId: id });
    await call('entry.verify', { entryId: id, level: 'measures' });
    for (const format of ['png', 'svg', 'pdf', 'csv'] as const)
      await call('export.finding', { entryId: id, finding: 'packaged', scale: 1, format });
  }

  /** There is no cluster: what would hand in or take back is refused. */
  async function clusterCalls(): Promise<void> {
    const words = { hosts: '', threads: 1, minutes: 60, shards: null, partition: null, account: null };
    const wishes = { system: 'slurm', ...words } as const;
    const subject = { yaml: sweep.replace('packaged', 'elsewhere') };
    await call('cluster.systems', {});
    await call('cluster.jobs', {});
    await call('cluster.plan', { subject, wishes });
    await call('cluster.collect', { entryId: id });
    // Nobody lets anyone in here.
    const place = { host: 'nobody@localhost', program: '', notebook: '/nowhere' };
    const remote = { place, jobId: '01234567' };
    await call('cluster.remoteJobs', { place });
    for (const refused of [
      () => client.call('cluster.submit', { subject, wishes }),
      () => client.call('cluster.cancel', { entryId: id, jobId: '01234567' }),
      () => client.call('cluster.remoteCollect', remote),
      () => client.call('cluster.remoteCancel', remote),
      () => client.call('cluster.remoteRest', remote),
    ])
      await refused().then(
        () => Promise.reject(new Error('There is no cluster here.')),
        (error: unknown) => {
          if (!(error instanceof ContractError) || !['refused', 'not-found'].includes(error.code))
            throw error;
        },
      );
    for (const name of ['submit', 'cancel', 'remoteCollect', 'remoteCancel', 'remoteRest'] as const)
      answered(`cluster.${name}`);
  }

  async function exportCalls(): Promise<void> {
    const grid = { cellSize: 64, scale: 1, drawing: 'prediction', map: 'viridis', points: true } as const;
    for (const format of ['png', 'svg', 'pdf'] as const)
      await call('export.grid', { entryId: id, epoch: 'last', ...grid, format });
    const words = {
      x: null,
      y: null,
      lines: null,
      dashes: null,
      panels: null,
      isLogX: null,
      isLogY: null,
      isConnected: false,
      baseline: 'nearest',
    };
    for (const format of ['png', 'svg', 'pdf', 'csv'] as const)
      await call('export.chart', { entryId: id, ...words, at: 'last', where: '', scale: 1, format });
    const sides = { x: null, y: null, value: null, isLog: null, seeds: 'median' } as const;
    for (const format of ['png', 'csv'] as const)
      await call('export.map', { entryId: id, ...sides, at: 'last', where: '', scale: 1, format });
    for (const format of ['eln', 'parquet', 'csv'] as const)
      await call('export.data', { entryId: id, format });
    await call('export.page', { entryId: id, limit: 25_000_000 });
    const film = {
      entryId: id,
      cellId,
      width: 128,
      height: 128,
      zoom: 2,
      drawing: 'prediction',
      map: 'grey',
      hasCreases: true,
      hasLabels: true,
      range: { first: 0, last: null, every: 100 },
      timing: { frameRate: 25, holdFirst: 0, holdLast: 0 },
    } as const;
    await call('film.plan', film);
    await call('film.picture', { ...film, moment: 0 });
  }

  /** Trains a small sweep; its entry. */
  async function sweepCalls(): Promise<string> {
    await call('sweep.presets', {});
    await call('targets.list', {});
    await call('targets.picture', { target: 'spiral', width: 16, height: 16 });
    const { cells: planned } = await call('sweep.check', { yaml: sweep });
    await call('sweep.edit', { yaml: sweep, edits: [{ path: ['epochs'], value: 30 }] });
    await call('sweep.points', { yaml: sweep, cellId: planned[0]?.id ?? '' });
    const { entryId: added, items } = await call('queue.add', { yaml: sweep, first: true });
    const waiting = async (): Promise<boolean> =>
      (await call('queue.read', {})).items.some(({ state }) => state !== 'finished');
    while (await waiting()) await new Promise((resolve) => setTimeout(resolve, 100));
    await call('queue.pause', {});
    await call('queue.continue', { entryId: added, epochs: 25, first: false });
    await call('queue.move', { items: [...items], before: null });
    await call('queue.configure', { failFast: false });
    await call('queue.cancel', { items: [...items] });
    await call('queue.retry', { items: [...items] });
    await call('queue.resume', {});
    while (await waiting()) await new Promise((resolve) => setTimeout(resolve, 100));
    await call('queue.clear', {});
    return added;
  }

  async function uploadCalls(): Promise<void> {
    const upload = async (given: Uint8Array): Promise<string> => {
      const bytes = new Uint8Array(given);
      const begun = await call('upload.begin', { size: bytes.length });
      for (let at = 0; at < bytes.length; at += piece)
        await call('upload.append', { upload: begun.upload, at, bytes: bytes.slice(at, at + piece) });
      return begun.upload;
    };
    const { bytes, name } = await call('cell.weights', {
      entryId: id,
      cellId,
      epoch: 0,
      format: 'safetensors',
    });
    const opened = await call('network.open', { name, upload: await upload(bytes) });
    await call('network.read', { id: opened.id });
    await call('network.slope', { id: opened.id, slope: 0.01 });
    const archive = await call('export.data', { entryId: id, format: 'eln' });
    await call('notebook.trash', { entryId: id });
    await call('notebook.erase', { entryId: id });
    await call('notebook.import', { upload: await upload(archive.bytes) });
    await call('upload.drop', { upload: await upload(new Uint8Array(3)) });
    const picture = await call('export.grid', {
      entryId: id,
      epoch: 'last',
      cellSize: 64,
      scale: 1,
      drawing: 'prediction',
      map: 'grey',
      points: false,
      format: 'png',
    });
    await call('targets.upload', { name: 'grid.png', bytes: new Uint8Array(picture.bytes) });
  }

  async function writeCalls(): Promise<void> {
    await call('entry.thin', { entryId: id, keep: 'log 2', dryRun: false });
    await call('entry.edit', { entryId: id, title: 'packaged', tags: ['a'] });
    const { revision } = await call('notes.read', { entryId: id });
    const written = await call('notes.write', { entryId: id, text: '# packaged\n', revision });
    await call('notes.write', { entryId: id, text: '# again\n', revision: written.revision });
    await call('notes.undo', { entryId: id });
    const { id: compared } = await call('comparison.make', {
      title: 'packaged',
      parts: [
        { entryId: id, cells: [cellId] },
        { entryId: example, cells: 'all' },
      ],
    });
    await call('entry.read', { entryId: compared });
    await call('comparison.remove', { id: compared });
    await call('notebook.trash', { entryId: example });
    await call('notebook.restore', { entryId: example });
  }
}
