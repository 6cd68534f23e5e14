/** A picture or a set of points that cannot be had; the message says what was found and what is allowed. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}
