import { randomNetwork } from '../random-networks.ts';
import { testFrames } from './frame-suite.ts';
import { describeGpu, useTestGpu } from './gpu-device.ts';

const layers = (width: number, depth: number): number[] => Array<number>(depth).fill(width);

describeGpu('frames on the GPU', () => {
  testFrames(useTestGpu(), [
    { title: '[63,64], ReLU', network: randomNetwork({ hidden: [63, 64], outputs: 1 }, 4, 0) },
    { title: '[16]*12', network: randomNetwork({ hidden: layers(16, 12), outputs: 1 }, 5) },
    { title: '[8]*100', network: randomNetwork({ hidden: layers(8, 100), outputs: 1 }, 6, 0.5) },
    { title: '[512,100], 3 outputs', network: randomNetwork({ hidden: [512, 100], outputs: 3 }, 7) },
  ]);
});
