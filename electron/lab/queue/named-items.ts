/** Looking for some items of a long list. */
import { isDeepStrictEqual } from 'node:util';
import { itemId, type StoredItem } from './queue-file.ts';

/** Whether an item is one of those with these ids; no text is made for those whose cell none of them names. */
export function namedBy(ids: readonly string[]): (item: Pick<StoredItem, 'entryId' | 'cellId'>) => boolean {
  const named = new Set(ids);
  const cells = new Set(ids.map((id) => id.slice(id.indexOf('/') + 1)));
  return (item) => cells.has(item.cellId) && named.has(itemId(item));
}

/** A list as it was read again, in which items that did not change are those that were known: nothing is told of them. */
export function withKnown(known: readonly StoredItem[], read: readonly StoredItem[]): StoredItem[] {
  const byId = new Map(known.map((item) => [itemId(item), item]));
  return read.map((item) => {
    const before = byId.get(itemId(item));
    return before !== undefined && isDeepStrictEqual(before, item) ? before : item;
  });
}
