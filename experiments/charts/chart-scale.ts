/** Axes of charts: from values to places, and the ticks between. */

/** An axis: the values at its ends, and whether equal steps are equal factors. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly isLog: boolean;
}

/** A mark of an axis; without text it is a small one. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/**
 * A scale that holds all values with a little room; whole decades where that costs little on a logarithmic one. Values
 * that have no place on it, such as 0 on a logarithmic one, are passed over. From 0 to 1 where there is nothing.
 */
export function scaleOf(values: Iterable<number>, isLog: boolean, room = 0.04): Scale {
  let from = Infinity;
  let to = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value) || (isLog && value <= 0)) continue;
    from = Math.min(from, value);
    to = Math.max(to, value);
  }
  if (from > to) return { from: isLog ? 0.1 : 0, to: 1, isLog };
  if (isLog) {
    if (from === to) return { from: from / 2, to: to * 2, isLog };
    const factor = (to / from) ** room;
    return { from: from / factor, to: to * factor, isLog };
  }
  const margin = from === to ? Math.abs(from) / 2 || 0.5 : (to - from) * room;
  // What begins near 0 begins there.
  const start = from >= 0 && from < 0.4 * to ? 0 : from - margin;
  return { from: start, to: to + margin, isLog };
}

/** Place of a value on a scale, 0 at its beginning and 1 at its end; NaN where it has none. */
export function shareOf({ from, to, isLog }: Scale, value: number): number {
  if (!isLog) return (value - from) / (to - from);
  return value > 0 ? Math.log(value / from) / Math.log(to / from) : NaN;
}

/** A number at a tick: thousands with commas, small ones with an exponent. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-3) return value.toExponential().replaceAll('-', '−');
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(6))}M`.replace('-', '−');
  const [whole, part] = String(Number(value.toPrecision(6))).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${grouped}${part === undefined ? '' : `.${part}`}`.replace('-', '−');
}

/** At most about `most` named ticks inside of a scale, and on logarithmic ones small marks between them. */
export function ticksOf(scale: Scale, most: number): Tick[] {
  return scale.isLog ? logTicks(scale, most) : linearTicks(scale, most);
}

function linearTicks({ from, to }: Scale, most: number): Tick[] {
  const rough = (to - from) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? rough;
  const ticks: Tick[] = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + step * 1e-9; index++) {
    const at = Number((index * step).toPrecision(12));
    ticks.push({ at, text: tickText(at) });
  }
  return ticks;
}

/** Digits of each decade that have a name, from the densest on. */
const namedDigits: readonly (readonly number[])[] = [[1, 2, 3, 5, 7], [1, 2, 5], [1]];

function logTicks({ from, to }: Scale, most: number): Tick[] {
  const decades = Math.log10(to / from);
  const every = Math.max(1, Math.ceil(decades / most));
  const marks: { at: number; digit: number; exponent: number }[] = [];
  for (let exponent = Math.floor(Math.log10(from)); exponent <= Math.ceil(Math.log10(to)); exponent++) {
    for (let digit = 1; digit < 10; digit++) {
      const at = Number(`${digit}e${exponent}`);
      if (at >= from * (1 - 1e-9) && at <= to * (1 + 1e-9)) marks.push({ at, digit, exponent });
    }
  }
  const count = (digits: readonly number[]): number =>
    marks.filter(({ digit }) => digits.includes(digit)).length;
  const digits = namedDigits.find((some) => count(some) <= most + 1) ?? [1];
  return marks.flatMap(({ at, digit, exponent }): Tick[] => {
    const isNamed = digits.includes(digit) && exponent % every === 0;
    if (isNamed) return [{ at, text: tickText(at) }];
    return decades < 8 ? [{ at, text: '' }] : [];
  });
}
