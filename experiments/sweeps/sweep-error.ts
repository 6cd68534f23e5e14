/** Longest explanation in characters; files may hold keys and values of any length. */
const maxExplanationLength = 400;

/** One line that a terminal shows as it is. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return line.length > maxExplanationLength ? `${line.slice(0, maxExplanationLength - 3)}...` : line;
}

/** A sweep file that cannot be used. */
export class SweepError extends Error {
  override readonly name = 'SweepError';
  /** Line of the sweep file, from 1; null where the fault is not in one place. */
  readonly line: number | null;

  /** The message becomes one line, "line 7: parameters.points.count: must be ...". */
  constructor(explanation: string, line: number | null = null) {
    const text = oneLine(explanation);
    super(line === null ? text : `line ${line}: ${text}`);
    this.line = line;
  }
}
