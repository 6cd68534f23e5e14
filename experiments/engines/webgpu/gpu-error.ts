/** What goes wrong on a GPU. */
import { EngineError, type EngineFailure } from '../engine-error.ts';

type GpuFailure = Exclude<EngineFailure, 'error'>;

/** An error of the GPU, of the kind that its device told. */
export class GpuError extends EngineError {
  constructor(failure: GpuFailure, detail: string) {
    super(failure, `${openings[failure]}: ${detail}`);
    this.name = 'GpuError';
  }
}

const openings: Record<GpuFailure, string> = {
  'device lost': 'Device lost',
  'out of memory': 'Out of memory on the GPU',
  invalid: 'GPU validation',
};
