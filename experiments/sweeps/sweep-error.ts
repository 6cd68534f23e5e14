/** A sweep file that cannot be used. */
export class SweepError extends Error {
  override readonly name = 'SweepError';
  /** Line of the sweep file, from 1; null where the fault is not in one place. */
  readonly line: number | null;

  /** The message becomes one line, "line 7: parameters.points.count: must be ...". */
  constructor(explanation: string, line: number | null = null) {
    super(line === null ? explanation : `line ${line}: ${explanation}`);
    this.line = line;
  }
}
