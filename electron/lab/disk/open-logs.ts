/** Which logs have an open file, so that there are never many, however many are looked at, and none for long. */

/** A log as far as its file is concerned. */
interface OpenLog {
  /** Whether its file may be closed: whoever needs it next opens it again. */
  readonly isIdle: boolean;
  close(): Promise<void>;
}

/** So many logs are kept open at once; those at work come on top. */
const maxOpen = 64;

/** A log that nobody used for so long is closed, in milliseconds; at most twice that passes. */
const idleTime = 1500;

/** Logs with an open file and when each was used last, the one that was used longest ago first. */
const openLogs = new Map<OpenLog, number>();

let timer: NodeJS.Timeout | null = null;

/** Notes that a log has an open file and is used now. */
export function noteUse(log: OpenLog): void {
  openLogs.delete(log);
  openLogs.set(log, performance.now());
  timer ??= setTimeout(() => void closeIdle(), idleTime).unref();
}

/** Notes that a log's file is closed. */
export function noteClosed(log: OpenLog): void {
  openLogs.delete(log);
}

/** Closes logs that were not used for the longest time, so that no more stay open than `maxOpen`. */
export async function closeLongUnused(): Promise<void> {
  for (const log of openLogs.keys()) {
    if (openLogs.size <= maxOpen) return;
    if (log.isIdle) await log.close();
  }
}

/** Closes the logs that nobody used for a while, and looks again later where some are left. */
async function closeIdle(): Promise<void> {
  const longAgo = performance.now() - idleTime;
  for (const [log, used] of openLogs) {
    if (used > longAgo) break;
    // What cannot be closed has told its error to whoever wrote; nobody waits for this one.
    if (log.isIdle) await log.close().catch(() => undefined);
  }
  timer = openLogs.size === 0 ? null : setTimeout(() => void closeIdle(), idleTime).unref();
}
