// What the host may call. One instance holds one network at a time, in training or in rendering.
export { allocate, allocationFailed, resetArena } from './arena';
export { openNetwork } from './network';
export {
  advance, beginEpoch, clearMoments, differentiate, epochGradientNorm, epochLoss, epochSteps, gradientAddress,
  layerGradientNorm, momentAddress, openTraining, setOptimizer, tileSamples,
} from './training';
export {
  coefficientsAddress, gradientsAddress, hashesAddress, openFrame, openPoints, prefixesAddress, renderChunk, setView,
  valuesAddress,
} from './frame';
export { coordinatesAddress, labelsAddress } from './samples';
export { firstLayers } from './first-layer';
export { scoreLevels } from './score';
export { wordsWithin } from './philox';
export { openShuffle, shuffledOrder } from './shuffle';
export { peakBuild, peakChains, peakFlopsPerRound, peakIndependent } from './peak';
