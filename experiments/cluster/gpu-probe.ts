/** What a task on an engine finds of a GPU before a job is handed in. It comes from another machine: it is checked. */
import { z } from 'zod';

const storedProbe = z.object({
  /** Name of the machine, for people. */
  host: z.string().max(300),
  /** Adapter and driver in one line; null where there is none that a job may train on. */
  adapter: z.string().max(1000).nullable(),
  /** Floating-point operations of training a second with some cells side by side; 0 where there is no adapter. */
  flopsPerSecond: z.number().nonnegative(),
  /** What is missing, in words for people; null where nothing is. */
  obstacle: z.string().max(4000).nullable(),
});

/** What a task finds of a GPU. */
export type GpuProbe = z.infer<typeof storedProbe>;

/** A probe as one line for people. */
export function probeText({ host, adapter, flopsPerSecond, obstacle }: GpuProbe): string {
  if (adapter === null) return `${host}: ${obstacle ?? 'no GPU'}`;
  return `${host}: ${adapter}, ${flopsText(flopsPerSecond)}`;
}

/** The last probe that a text has as a line of JSON among others; null where it has none. */
export function probeIn(text: string): GpuProbe | null {
  for (const line of text.split('\n').reverse()) {
    if (!line.includes('"flopsPerSecond"')) continue;
    try {
      return storedProbe.parse(JSON.parse(line));
    } catch {
      continue;
    }
  }
  return null;
}

function flopsText(flopsPerSecond: number): string {
  const isLarge = flopsPerSecond >= 1e12;
  return `${Number((flopsPerSecond / (isLarge ? 1e12 : 1e9)).toPrecision(2))} ${isLarge ? 'T' : 'G'}FLOPS`;
}
