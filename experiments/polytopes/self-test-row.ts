/** A line of the self-test. */

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
