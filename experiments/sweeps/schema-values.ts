/** Values of sweep files by their kinds, each with the message that a person reads where it is another. */
import { z } from 'zod';

/** Whole number in a closed interval. */
export function whole(minimum: number, maximum: number) {
  const error = `must be a whole number from ${minimum} to ${maximum}`;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}

/** Number in a closed interval. */
export function real(minimum: number, maximum: number) {
  const error = `must be a number from ${minimum} to ${maximum}`;
  return z.number({ error }).min(minimum, { error }).max(maximum, { error });
}

/** Number above 0. */
export function positive(maximum: number) {
  const error = `must be a number above 0, at most ${maximum}`;
  return z.number({ error }).gt(0, { error }).max(maximum, { error });
}

/** Number from 0, below 1. */
export function share() {
  const error = 'must be a number from 0 to less than 1';
  return z.number({ error }).min(0, { error }).lt(1, { error });
}

/** A line of text. */
export function text(longest: number) {
  const error = `must be a text of 1 to ${longest} characters on one line`;
  return z
    .string({ error })
    .min(1, { error })
    .max(longest, { error })
    .regex(/^[^\n\r]*$/, { error });
}

/** A text that may name a file. */
export function path(longest: number) {
  const error = `must be a name or a path of 1 to ${longest} characters without control characters`;
  return text(longest).refine((name) => !/\p{Cc}/u.test(name), { error });
}

/** One of some words. */
export function choice<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `must be one of ${names.join(', ')}` });
}
