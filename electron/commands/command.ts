/** What every command of the command line is. */
import type { Arguments, OptionTable } from './arguments.ts';

/**
 * A command of the command line: how it is called, what it takes, and what it does; `run` resolves to the exit
 * code.
 */
export interface Command {
  /** Arguments after the name, for the help. */
  readonly usage: string;
  /** One line for the help. */
  readonly summary: string;
  readonly options: OptionTable;
  readonly positionals: { readonly min: number; readonly max: number };
  /** Exit code: 0 done, 1 failed, 130 stopped by Ctrl-C. Throws for everything that one line can say. */
  run(args: Arguments): Promise<number>;
}
