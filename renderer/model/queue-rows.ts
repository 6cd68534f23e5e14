/** The waiting cells as rows: many cells of one sweep after another are one row until it is opened. */
import type { QueueItem } from '../../electron/contract/queue.ts';

/** A row of the list of what waits. */
export type QueueListRow =
  | { readonly kind: 'item'; readonly key: string; readonly item: QueueItem }
  | {
      readonly kind: 'sweep';
      /** Id of its first item. */
      readonly key: string;
      readonly items: readonly QueueItem[];
      readonly isOpen: boolean;
    };

/** So many cells of an entry in a row are shown as one. */
const leastTogether = 12;

/** Rows of waiting items in their order; `opened` names entries whose cells are shown one by one below their row. */
export function queueRows(
  waiting: readonly QueueItem[],
  opened: ReadonlySet<string>,
): readonly QueueListRow[] {
  const rows: QueueListRow[] = [];
  for (let from = 0; from < waiting.length;) {
    const { entryId } = waiting[from];
    let to = from + 1;
    while (to < waiting.length && waiting[to].entryId === entryId) to += 1;
    const items = waiting.slice(from, to);
    const isSweep = items.length >= leastTogether;
    const isOpen = opened.has(entryId);
    if (isSweep) rows.push({ kind: 'sweep', key: `sweep ${items[0].id}`, items, isOpen });
    if (!isSweep || isOpen) for (const item of items) rows.push({ kind: 'item', key: item.id, item });
    from = to;
  }
  return rows;
}
