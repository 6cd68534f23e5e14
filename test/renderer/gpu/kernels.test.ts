import { testKernelsInPage } from './kernel-suite.ts';

await testKernelsInPage([
  'gpu-context.test.ts',
  'frames.test.ts',
  'trained-frames.test.ts',
  'gpu-shuffle.test.ts',
  'gpu-training.test.ts',
]);
