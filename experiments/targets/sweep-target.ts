/** What a sweep file calls its picture. */

/** A built-in picture or the path of a picture relative to the sweep file; or a formula. */
export type SweepTarget = string | { readonly formula: string };
