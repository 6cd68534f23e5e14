/** Numbers, times, sizes as the app writes them. */
export { formatCount, formatError, formatShare } from '../../experiments/text/number-format.ts';

/** "3 s", "2 min 5 s", "1 h 4 min"; '–' for what is not known. */
export function durationText(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${seconds > 0 && whole === 0 ? '< 1' : whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60)
    return minutes < 10 && whole % 60 > 0 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.round(hours / 24)} days`;
}

/** "about 7 min", "less than a second". */
export function aboutText(seconds: number | null): string {
  return seconds !== null && seconds < 0.5 ? 'less than a second' : `about ${durationText(seconds)}`;
}

/** "640 B", "12 kB", "1.5 GB". */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** A position on a time axis: whole numbers with commas, seconds with a decimal where they are few. */
export function positionText(position: number, isSeconds: boolean): string {
  if (!Number.isFinite(position)) return '–';
  if (isSeconds && position < 100) return position.toFixed(1);
  return String(Math.round(position)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "1 cell", "5 cells". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ',')} ${count === 1 ? one : many}`;
}

/** "today, 14:05", "yesterday, 9:30", "12 Nov 2026". */
export function dateText(iso: string, now: Date): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const day = (value: Date): number =>
    Math.floor((value.getTime() - value.getTimezoneOffset() * 60_000) / 86_400_000);
  const time = `${date.getHours()}:${String(date.getMinutes()).padStart(2, '0')}`;
  const age = day(now) - day(date);
  if (age === 0) return `today, ${time}`;
  if (age === 1) return `yesterday, ${time}`;
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** A number in four digits, with an exponent where it is very large or very small. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  const text =
    size >= 1e4 || (value !== 0 && size < 1e-4)
      ? value.toExponential(2)
      : Number(value.toPrecision(4)).toString();
  return text.replaceAll('-', '−');
}

/** float32 numbers in all their digits, with commas between them. */
export function longNumbers(values: Float32Array): string {
  return Array.from(values, (value) => String(Number(value.toPrecision(7))).replaceAll('-', '−')).join(', ');
}
