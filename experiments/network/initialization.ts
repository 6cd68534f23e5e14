/** Initial parameters of networks. Parameter i always comes from words 2i and 2i + 1 of the init stream. */
import { normalVariates, uniformVariates } from '../random/normal.ts';
import { streamIds } from '../random/philox.ts';
import { checkedParameterCount, layoutFromShape, type LayerLayout, type Shape } from './shape.ts';

/** Names of all initialisations, the original experiments' first. */
export const initializationNames = ['he-normal', 'he-uniform', 'pytorch', 'hanin-rolnick'] as const;

/** Name of an initialisation. */
export type InitializationName = (typeof initializationNames)[number];

type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly deviation: number }
  | { readonly kind: 'uniform'; readonly bound: number };

interface LayerDistributions {
  readonly weight: Distribution;
  readonly bias: Distribution;
}

const originalBias: Distribution = { kind: 'constant', value: 0.1 };

/** Weight and bias distributions of a layer with `fanIn` inputs. */
const distributions: Record<InitializationName, (fanIn: number) => LayerDistributions> = {
  // He, Zhang, Ren and Sun (2015), "Delving deep into rectifiers", equation 10
  'he-normal': (fanIn) => ({
    weight: { kind: 'normal', deviation: Math.sqrt(2 / fanIn) },
    bias: originalBias,
  }),
  'he-uniform': (fanIn) => ({
    weight: { kind: 'uniform', bound: Math.sqrt(6 / fanIn) },
    bias: originalBias,
  }),
  // nn.Linear's default: kaiming_uniform_ with a = sqrt(5), whose bound is 1 / sqrt(fan_in)
  pytorch: (fanIn) => ({
    weight: { kind: 'uniform', bound: 1 / Math.sqrt(fanIn) },
    bias: { kind: 'uniform', bound: 1 / Math.sqrt(fanIn) },
  }),
  // Hanin and Rolnick (2019), "Deep ReLU networks have surprisingly few activation patterns"
  'hanin-rolnick': (fanIn) => ({
    weight: { kind: 'normal', deviation: Math.sqrt(2 / fanIn) },
    bias: { kind: 'normal', deviation: 1e-3 },
  }),
};

function fill(
  parameters: Float32Array,
  start: number,
  end: number,
  distribution: Distribution,
  seed: number,
): void {
  if (distribution.kind === 'constant') {
    parameters.fill(distribution.value, start, end);
  } else if (distribution.kind === 'normal') {
    const normals = normalVariates(seed, streamIds.init, 0, start, end - start);
    normals.forEach((normal, index) => (parameters[start + index] = distribution.deviation * normal));
  } else {
    const uniforms = uniformVariates(seed, streamIds.init, 0, start, end - start);
    uniforms.forEach(
      (uniform, index) => (parameters[start + index] = distribution.bound * (2 * uniform - 1)),
    );
  }
}

function fillLayer(
  parameters: Float32Array,
  layer: LayerLayout,
  { weight, bias }: LayerDistributions,
  seed: number,
): void {
  fill(parameters, layer.weightOffset, layer.biasOffset, weight, seed);
  fill(parameters, layer.biasOffset, layer.biasOffset + layer.outputs, bias, seed);
}

/**
 * Initial parameters in the layout of layoutFromShape, float32. Computed in float64 and rounded once; the output layer
 * is treated like the others. Since parameter i reads the stream at position i, a layer's values do not depend on how
 * the layers before it were drawn. Throws RangeError where they are more than any engine computes.
 */
export function initialParameters(
  shape: Shape,
  initialization: InitializationName,
  seed: number,
): Float32Array {
  const parameters = new Float32Array(checkedParameterCount(shape));
  for (const layer of layoutFromShape(shape)) {
    fillLayer(parameters, layer, distributions[initialization](layer.inputs), seed);
  }
  return parameters;
}
