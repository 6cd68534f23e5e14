/** The jobs of a notebook's entries. */
import { runProgram } from '../../job-systems/program-run.ts';
import type { JobProgress } from '../../lab/cluster/job-progress.ts';
import { jobsOf } from '../../lab/cluster/submission.ts';
import { jobFolders } from '../../lab/cluster/new-job.ts';
import type { EntryStore } from '../../lab/notebook/entry-store.ts';
import type { Notebook } from '../../lab/notebook/notebook.ts';
import { remark } from '../console-output.ts';
import { join } from 'node:path';

/** A job and whose it is. */
export interface KnownJob extends JobProgress {
  readonly entry: Pick<EntryStore, 'fileSystem' | 'path' | 'id'>;
  /** Title of the entry. */
  readonly title: string;
}

/** The jobs of all entries of a notebook, or of one; what cannot be read of them is remarked on. */
export async function knownJobs(notebook: Notebook, words?: string): Promise<KnownJob[]> {
  const jobs: KnownJob[] = [];
  const { fileSystem } = notebook;
  const one = words === undefined ? null : await notebook.find(words);
  const entries =
    one === null
      ? (await notebook.list()).map(({ id, title, folder }) => ({
          ...{ id, title },
          path: join(notebook.dir, 'entries', folder),
        }))
      : [{ id: one.id, title: one.json.title, path: one.path }];
  for (const { id, title, path } of entries) {
    if ((await jobFolders(fileSystem, path)).length === 0) continue;
    const entry = { fileSystem, path, id };
    for (const job of await jobsOf(entry, runProgram, Date.now(), remark))
      jobs.push({ entry, title, ...job });
  }
  return jobs;
}
