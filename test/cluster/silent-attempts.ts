/** Attempts that were killed without telling their end, as they are once nobody can take them for alive any more. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Has the attempts of a job that did not tell their end be silent for ten minutes. */
export function silence(job: string): void {
  const shards = join(job, 'shards');
  if (!existsSync(shards)) return;
  for (const shard of readdirSync(shards))
    for (const attempt of readdirSync(join(shards, shard))) {
      const path = join(shards, shard, attempt, 'status.json');
      if (!existsSync(path)) continue;
      const status = JSON.parse(readFileSync(path, 'utf8')) as { ended: unknown };
      const time = new Date(Date.now() - 600_000).toISOString();
      if (status.ended === null) writeFileSync(path, JSON.stringify({ ...status, time }));
    }
}
