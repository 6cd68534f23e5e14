/** By which columns a table is sorted, as its headings are pressed. */
import type { SortKey } from '../../experiments/charts/cell-table.ts';
import { fieldWord, type Field } from '../../experiments/selection/fields.ts';

const isOf =
  (field: Field) =>
  (key: SortKey): boolean =>
    fieldWord(key.field) === fieldWord(field);

/** A column alone sorts by it, once more the other way round; `isFurther` sorts where the columns before are equal. */
export function sortedBy(sort: readonly SortKey[], field: Field, isFurther: boolean): readonly SortKey[] {
  const before = sort.find(isOf(field));
  const key = { field, isDescending: before === undefined ? false : !before.isDescending };
  if (!isFurther) return [key];
  return before === undefined ? [...sort, key] : sort.map((one) => (one === before ? key : one));
}

/** How a column is sorted, in the words of a screen reader. */
export function orderIn(sort: readonly SortKey[], field: Field): 'ascending' | 'descending' | 'none' {
  const key = sort.find(isOf(field));
  return key === undefined ? 'none' : key.isDescending ? 'descending' : 'ascending';
}
