/** Long lists made a slice a task, so that keys and pictures come in between. */

/** Items of a slice: about a frame of work. More slices would wait longer than they work: timers of timers are put off. */
const slice = 20_000;

/** The list of what `make` makes of the numbers from 0 to `count`. */
export async function inSlices<Item>(count: number, make: (at: number) => Item): Promise<Item[]> {
  const items: Item[] = [];
  for (let from = 0; from < count; from += slice) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve));
    for (let at = from; at < Math.min(count, from + slice); at++) items.push(make(at));
  }
  return items;
}
