/** Changes of texts line by line: what differs between two, and two changes of one text brought together. */

/** Lines `from` to `to` (not included) of a text became these. */
export interface LineChange {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** Above so many pairs of lines the part that differs counts as one change. */
const maxPairs = 4_000_000;

/** The fewest lines that have to change for one list of lines to become another, in order; coarse where both are very long. */
export function lineChanges(before: readonly string[], after: readonly string[]): LineChange[] {
  let head = 0;
  while (head < Math.min(before.length, after.length) && before[head] === after[head]) head++;
  let tail = 0;
  const rest = Math.min(before.length, after.length) - head;
  while (tail < rest && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const [oldEnd, newEnd] = [before.length - tail, after.length - tail];
  if (head === oldEnd && head === newEnd) return [];
  const isLong = (oldEnd - head) * (newEnd - head) > maxPairs;
  if (isLong || head === oldEnd || head === newEnd)
    return [{ from: head, to: oldEnd, lines: after.slice(head, newEnd) }];
  return changesBetween(before, after, { head, oldEnd, newEnd });
}

/** Changes of the middle of two lists by their longest common subsequence. */
function changesBetween(
  before: readonly string[],
  after: readonly string[],
  { head, oldEnd, newEnd }: { readonly head: number; readonly oldEnd: number; readonly newEnd: number },
): LineChange[] {
  const [rows, columns] = [oldEnd - head, newEnd - head];
  const stride = columns + 1;
  // Length of the longest common subsequence of what is left from (row, column) on.
  const common = new Uint32Array((rows + 1) * stride);
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      common[row * stride + column] =
        before[head + row] === after[head + column]
          ? common[(row + 1) * stride + column + 1] + 1
          : Math.max(common[(row + 1) * stride + column], common[row * stride + column + 1]);
    }
  }
  const changes: LineChange[] = [];
  let [row, column] = [0, 0];
  while (row < rows || column < columns) {
    const start = { row, column };
    while (
      (row < rows || column < columns) &&
      !(row < rows && column < columns && before[head + row] === after[head + column])
    ) {
      const isRemoved =
        column >= columns ||
        (row < rows && common[(row + 1) * stride + column] >= common[row * stride + column + 1]);
      if (isRemoved) row++;
      else column++;
    }
    if (row > start.row || column > start.column)
      changes.push({
        from: head + start.row,
        to: head + row,
        lines: after.slice(head + start.column, head + column),
      });
    while (row < rows && column < columns && before[head + row] === after[head + column])
      [row, column] = [row + 1, column + 1];
  }
  return changes;
}

/** Two changes of one text as one. */
export interface MergedText {
  readonly text: string;
  /** Whether both had changed the same lines: then both versions stand there. */
  readonly isClash: boolean;
}

/** Stands between two versions of the same lines. */
const betweenVersions = '<!-- kept from another window -->';

/**
 * `base` with the changes that `mine` and `theirs` made to it. No word that either added is lost: where both changed the
 * same lines, their version and mine follow each other, unless one goes on where the other ends.
 */
export function mergedText(base: string, mine: string, theirs: string): MergedText {
  const lines = base.split('\n');
  const all = [
    ...lineChanges(lines, mine.split('\n')).map((change) => ({ ...change, isMine: true })),
    ...lineChanges(lines, theirs.split('\n')).map((change) => ({ ...change, isMine: false })),
  ].sort((a, b) => a.from - b.from || a.to - b.to || Number(a.isMine) - Number(b.isMine));
  const merged: string[] = [];
  let isClash = false;
  let at = 0;
  for (let next = 0; next < all.length;) {
    const cluster = [all[next++]];
    let { from, to } = cluster[0];
    while (next < all.length && touches(all[next], { from, to })) {
      cluster.push(all[next]);
      to = Math.max(to, all[next++].to);
    }
    const version = (isMine: boolean): readonly string[] | null =>
      versionOf(
        lines,
        { from, to },
        cluster.filter((change) => change.isMine === isMine),
      );
    const together = bothVersions(version(true), version(false), from === to);
    merged.push(...lines.slice(at, from), ...together.lines);
    isClash ||= together.isClash;
    at = to;
    from = to;
  }
  return { text: [...merged, ...lines.slice(at)].join('\n'), isClash };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Whether a change and a span cannot be made one after the other: they overlap, or both put lines at the same place. */
function touches(change: Span, span: Span): boolean {
  const areInsertions = change.from === change.to && span.from === span.to;
  return areInsertions ? change.from === span.from : change.from < span.to && span.from < change.to;
}

/** What a span of lines becomes by some changes inside of it; null where there are none. */
function versionOf(
  lines: readonly string[],
  span: Span,
  changes: readonly LineChange[],
): readonly string[] | null {
  if (changes.length === 0) return null;
  const version: string[] = [];
  let at = span.from;
  for (const change of changes) {
    version.push(...lines.slice(at, change.from), ...change.lines);
    at = change.to;
  }
  return [...version, ...lines.slice(at, span.to)];
}

function bothVersions(
  mine: readonly string[] | null,
  theirs: readonly string[] | null,
  areInsertions: boolean,
): { readonly lines: readonly string[]; readonly isClash: boolean } {
  if (mine === null || theirs === null) return { lines: mine ?? theirs ?? [], isClash: false };
  const [myText, theirText] = [mine.join('\n'), theirs.join('\n')];
  if (myText.startsWith(theirText)) return { lines: mine, isClash: false };
  if (theirText.startsWith(myText)) return { lines: theirs, isClash: false };
  if (areInsertions) return { lines: [...theirs, ...mine], isClash: false };
  return { lines: [...theirs, '', betweenVersions, '', ...mine], isClash: true };
}
