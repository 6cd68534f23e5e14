/** Packs of jobs on another machine, copied here by rsync over ssh: nothing but them, and no link or device whatever lies there. */
import { JobSystemError } from './job-system.ts';
import { lastWords, type ProgramRun } from './program-run.ts';
import { isHost } from './ssh.ts';

/** The folder of an entry on another machine. */
export interface RemoteEntry {
  readonly host: string;
  readonly folder: string;
}

/** rsync's code where files went while it ran: workers finish and tidy up. */
const vanished = 24;

/** The entry that "HOST:FOLDER" names; null where it names none. */
export function remoteEntryFrom(text: string): RemoteEntry | null {
  const [, host = '', folder = ''] = /^((?:[^:/[]*\[[^\]/]*\]|[^:/]*)):(.+)$/s.exec(text) ?? [];
  return isHost(host) && folder !== '' && !folder.includes('\0') ? { host, folder } : null;
}

/** The words that rsync is started with. */
export function rsyncWords({ host, folder }: RemoteEntry, to: string): string[] {
  return [
    ...['--recursive', '--times', '--perms', '--chmod=D700,F600', '--prune-empty-dirs'],
    ...['--no-links', '--no-devices', '--no-specials', '--protect-args', '--timeout=60'],
    ...['--rsh', 'ssh -o BatchMode=yes'],
    ...['/*/', '/*/shards/', '/*/shards/*/', '/*/shards/*/*/', '/*/shards/*/*/pack'].flatMap((path) => [
      '--include',
      path,
    ]),
    ...['--exclude', '*'],
    `${host}:${folder.replace(/\/+$/, '')}/jobs/`,
    `${to}/`,
  ];
}

/** Copies the packs of all jobs of an entry elsewhere into the folder `to`, which is there. Throws JobSystemError. */
export async function copyPacks(run: ProgramRun, remote: RemoteEntry, to: string): Promise<void> {
  const end = await run('rsync', rsyncWords(remote, to));
  if (end.code === 0 || end.code === vanished) return;
  if (end.isMissing) throw new JobSystemError('rsync is missing on this machine; install the package rsync.');
  throw new JobSystemError(
    `${remote.host} did not hand over all it has: ${lastWords(end)}. What came is kept; run it again.`,
  );
}
