/** A line of the self-test. */

/** One line of the self-test: what is claimed, expected and measured. */
export interface SelfTestRow {
  /** T1 to T9. */
  readonly id: string;
  /** What must hold. */
  readonly claim: string;
  /** The network, or how many of them. */
  readonly subject: string;
  readonly expected: string;
  readonly measured: string;
  readonly passed: boolean;
}
