/** Where names of lines go so that none lies over another. */

/** Pixels from the foot of a name to the foot of the next one. */
const lineHeight = 12;

/**
 * Feet of names, each at its line's `ys` or as little above it as those below it ask for; all of them between `top` and
 * `bottom`, as far as there is room.
 */
export function labelPlaces(
  ys: readonly number[],
  { top, bottom }: { readonly top: number; readonly bottom: number },
): number[] {
  const fromBelow = ys.map((_, at) => at).sort((a, b) => ys[b] - ys[a]);
  const places = [...ys];
  let limit = bottom;
  for (const at of fromBelow) {
    places[at] = Math.min(ys[at], limit);
    limit = places[at] - lineHeight;
  }
  let highest = top + lineHeight;
  for (const at of fromBelow.reverse()) {
    places[at] = Math.max(places[at], highest);
    highest = places[at] + lineHeight;
  }
  return places;
}
