/** status.json of an attempt: how far one process has come with its shard. It is a hint for people; records are the truth. */
import { z } from 'zod';

/** Maximum size of a status.json that is read, in bytes. */
export const maxStatusBytes = 1 << 18;

const storedStatus = z.object({
  /** When it was written, ISO 8601. */
  time: z.iso.datetime(),
  /** Name of the machine, for people. */
  host: z.string().max(300),
  cells: z.int().nonnegative(),
  /** Cells of the shard that have ended, by whichever attempt. */
  finished: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  running: z
    .array(
      z.object({
        id: z.string().regex(/^[0-9a-f]{16}$/),
        epoch: z.int().nonnegative(),
        epochs: z.int().nonnegative(),
        loss: z.number().nullable(),
      }),
    )
    .max(1000),
  /** Its exit code once it has ended in order, else null. */
  ended: z.int().nullable(),
  /** Whether it was stopped before anything new was recorded. */
  isFruitless: z.boolean().default(false),
});

/** What an attempt says of itself. */
export type ShardStatus = z.infer<typeof storedStatus>;

/** Text of a status.json. */
export function statusText(status: ShardStatus): string {
  return `${JSON.stringify(status)}\n`;
}

/** The status that the bytes of a status.json tell; null where they are none. */
export function maybeStatus(bytes: Uint8Array): ShardStatus | null {
  try {
    return storedStatus.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
}

/** How many of the attempts that ended last, one after another, had recorded nothing new. */
export function fruitlessInARow(statuses: readonly ShardStatus[]): number {
  const ended = statuses.filter(({ ended }) => ended !== null).sort((a, b) => (a.time < b.time ? 1 : -1));
  const fruitful = ended.findIndex(({ isFruitless }) => !isFruitless);
  return fruitful < 0 ? ended.length : fruitful;
}
