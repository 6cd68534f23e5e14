/** What goes wrong on a GPU, told apart by name because errors cross processes as name and message. */

export type GpuFailure = 'device lost' | 'out of memory' | 'invalid';

/** An error of the GPU. Its message begins with "Device lost", "Out of memory" or "GPU validation". */
export class GpuError extends Error {
  override readonly name = 'GpuError';

  constructor(
    readonly failure: GpuFailure,
    detail: string,
  ) {
    super(`${openings[failure]}: ${detail}`);
  }
}

const openings: Record<GpuFailure, string> = {
  'device lost': 'Device lost',
  'out of memory': 'Out of memory on the GPU',
  invalid: 'GPU validation',
};
