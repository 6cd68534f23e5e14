/** A network in the lab and in onnxruntime. */
import { onnxLibrary } from '../../../electron/compute/onnx-host.ts';
import { unitView, type Engine } from '../../../experiments/engines/engine.ts';
import { frameAgreement, type FrameAgreement } from '../../../experiments/entries/frame-agreement.ts';
import { OnnxNetwork } from '../../../experiments/formats/onnx-evaluation.ts';
import { encodeOnnx, type OnnxPrecision } from '../../../experiments/formats/onnx-model.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import { wasmEngine } from '../engines/test-engines.ts';

const engine: Promise<Engine> = wasmEngine('strict');

/**
 * How a frame of the unit square agrees with the lab's: in float64 on both sides, or onnxruntime in float32 and the lab's
 * frame as it is drawn.
 */
export async function agreementWithOnnxruntime(
  network: Network,
  size: number,
  precision: OnnxPrecision,
): Promise<FrameAgreement> {
  const { values, hashes } = await (
    await engine
  ).renderFrame({
    network,
    view: unitView,
    width: size,
    height: size,
    planes: { hashes: true },
    precision: precision === 'float64' ? 'float64' : 'anchored',
  });
  const model = await OnnxNetwork.open(await onnxLibrary(), encodeOnnx(network, {}, precision), precision);
  try {
    return frameAgreement({ values, hashes: hashes! }, await model.frame(unitView, size, size));
  } finally {
    await model.close();
  }
}
