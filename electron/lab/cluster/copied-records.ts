/** Records that a job begins with: the longest that an entry and its other jobs have of a cell, copied into the job. */
import { join } from 'node:path';
import { isAttemptName } from '../../../experiments/cluster/attempts.ts';
import { makeFolders, type FileSystem } from '../disk/files.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { copyLog } from './copied-log.ts';
import { EarlierAttempts } from './earlier-attempts.ts';

/** Where attempts of the jobs of an entry have records of cells under way: folders of shards, by the id of the cell. */
export async function shardsUnderWay(
  fs: FileSystem,
  jobs: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const job of jobs) {
    for (const shard of await listed(fs, join(job, 'shards'))) {
      const folder = join(job, 'shards', shard);
      const attempts = (await listed(fs, folder)).filter((name) => isAttemptName(name));
      for (const attempt of attempts)
        for (const id of await listed(fs, join(folder, attempt, 'cells')))
          if (/^[0-9a-f]{16}$/.test(id)) found.set(id, [...new Set([...(found.get(id) ?? []), folder])]);
    }
  }
  return found;
}

/** Names in a folder that is one and no link; none where there is no such folder. */
export async function listed(fs: FileSystem, folder: string): Promise<string[]> {
  return (await fs.facts(folder))?.kind === 'folder' ? (await fs.list(folder)).sort() : [];
}

/** Copies the longest records of a cell into the folder `to`, where there are any. */
export async function copyEarlier(
  entry: EntryStore,
  id: string,
  shards: readonly string[],
  to: string,
): Promise<void> {
  const { fileSystem: fs } = entry;
  const own = entry.told(id)?.lastEpoch ?? -1;
  for (const shard of shards) {
    const others = new EarlierAttempts(fs, shard, '');
    if ((await others.longest(id)) > own && (await others.adopt(id, to))) return;
  }
  const [records, previews] = await entry.logPlaces(id);
  if ((await fs.facts(records.path)) === null) return;
  await makeFolders(fs, to);
  await copyLog(fs, records, join(to, 'records'));
  await copyLog(fs, previews, join(to, 'previews'));
  const checkpoint = join(entry.path, 'cells', id, 'checkpoint');
  await copyLog(fs, { path: checkpoint, range: null, writable: false }, join(to, 'checkpoint'));
}
