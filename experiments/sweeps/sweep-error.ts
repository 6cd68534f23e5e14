/** Maximum length of an explanation in characters; files may hold keys and values of any length. */
const maxExplanationLength = 400;

/** One line that a terminal shows as it is. */
function oneLine(text: string, longest: number): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 3)}...` : line;
}

/** A sweep file that cannot be used. */
export class SweepError extends Error {
  override readonly name = 'SweepError';
  /** Line of the sweep file, from 1; null where the fault is not in one place. */
  readonly line: number | null;

  /** The message becomes one line of at most `longest` characters, "line 7: parameters.points.count: must be ...". */
  constructor(explanation: string, line: number | null = null, longest = maxExplanationLength) {
    const text = oneLine(explanation, longest);
    super(line === null ? text : `line ${line}: ${text}`);
    this.line = line;
  }
}
