/** From key press to pixels as the browser itself accounts for it: its trace has every press with its presentation. */
import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly id2?: { readonly local?: string };
  readonly args: { readonly event_latency?: { readonly event_type?: string } };
}

/** Starts tracing; the returned function ends it: milliseconds of every key press in order, up to its presentation. */
export async function tracedKeyPresses(within: Browser, page: Page): Promise<() => Promise<number[]>> {
  await within.startTracing(page, { categories: ['input.scrolling'] });
  return async () => {
    const { traceEvents } = JSON.parse((await within.stopTracing()).toString('utf8')) as {
      readonly traceEvents: readonly TraceEvent[];
    };
    return pressLatencies(traceEvents);
  };
}

/** Ends of nested events of one press share its id; the event itself is the one called 'EventLatency'. */
function pressLatencies(events: readonly TraceEvent[]): number[] {
  const begun = new Map<string, number>();
  const pressed: { readonly start: number; readonly latency: number }[] = [];
  const own = events.filter(({ name }) => name === 'EventLatency').sort((a, b) => a.ts - b.ts);
  for (const { ph, pid, id2, ts, args } of own) {
    const key = `${pid} ${id2?.local ?? ''}`;
    if (ph === 'b' && args.event_latency?.event_type === 'KEY_PRESSED') begun.set(key, ts);
    const start = begun.get(key);
    if (ph !== 'e' || start === undefined) continue;
    begun.delete(key);
    pressed.push({ start, latency: (ts - start) / 1000 });
  }
  return pressed.sort((a, b) => a.start - b.start).map(({ latency }) => latency);
}
