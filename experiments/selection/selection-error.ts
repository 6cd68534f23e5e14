/** Why a filter, a field or a chart that was asked for cannot be had. */

/** What a person asked of cells that cannot be had: where and what, in one line. */
export class SelectionError extends Error {
  override readonly name = 'SelectionError';
}
