/** How a call of the contract is written down: the parser of its parameters beside the types of what it answers. */
import type { z } from 'zod';

/** A call: the parser of its parameters, and, for the compiler alone, its result and what it sends before that. */
export interface Call<Parameters extends z.ZodType = z.ZodType, Result = unknown, Part = unknown> {
  readonly parameters: Parameters;
  readonly answers?: { readonly result: Result; readonly part: Part };
}

/** A call by its types and its parser: `call<Result, Part>()(parameters)`. Most calls send no parts. */
export function call<Result, Part = never>(): <Parameters extends z.ZodType>(
  parameters: Parameters,
) => Call<Parameters, Result, Part> {
  return (parameters) => ({ parameters });
}

/** How far long work is. */
export interface Progress {
  readonly done: number;
  readonly of: number;
  readonly what: string;
}
