/** Which logs have an open file, so that there are never many, however many are looked at. */

/** A log as far as its file is concerned. */
interface OpenLog {
  /** Whether its file may be closed: whoever needs it next opens it again. */
  readonly isIdle: boolean;
  close(): Promise<void>;
}

/** So many logs are kept open at once; those at work come on top. */
const maxOpen = 64;

/** Logs with an open file, the one that was used longest ago first. */
const openLogs = new Set<OpenLog>();

/** Notes that a log has an open file and is used now. */
export function noteUse(log: OpenLog): void {
  openLogs.delete(log);
  openLogs.add(log);
}

/** Notes that a log's file is closed. */
export function noteClosed(log: OpenLog): void {
  openLogs.delete(log);
}

/** Closes logs that were not used for the longest time, so that no more stay open than `maxOpen`. */
export async function closeLongUnused(): Promise<void> {
  for (const log of openLogs) {
    if (openLogs.size <= maxOpen) return;
    if (log.isIdle) await log.close();
  }
}
