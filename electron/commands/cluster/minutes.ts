/** Times as people write them for schedulers. */
import { UserError } from '../user-error.ts';

const mostMinutes = 60 * 24 * 365;

/** Minutes of "90m", "2h", "1d", "90" (minutes) or "1:30" (hours and minutes). Throws UserError. */
export function minutesFrom(text: string): number {
  const [, hours, rest] = /^(\d{1,5}):([0-5]\d)$/.exec(text) ?? [];
  const [, count, unit = 'm'] = /^(\d{1,7})([mhd]?)$/.exec(text) ?? [];
  const minutesOf = { m: 1, h: 60, d: 1440 } as const;
  const minutes =
    hours === undefined
      ? Number(count) * minutesOf[(unit || 'm') as keyof typeof minutesOf]
      : 60 * Number(hours) + Number(rest);
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= mostMinutes) return minutes;
  throw new UserError(`--time must be minutes, 90m, 2h, 1d or hours:minutes, is '${text}'`);
}
