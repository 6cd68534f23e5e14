/** The compiled training kernels of a plan. Bindings 0 and 1 of a step's kernels are uniforms; 0 moves with the step. */
import type { GpuContext } from './gpu-context.ts';
import chainSource from './kernels/training-chain.wgsl?raw';
import commonSource from './kernels/training-common.wgsl?raw';
import gradientSource from './kernels/training-gradient.wgsl?raw';
import layerSource from './kernels/training-layer.wgsl?raw';
import summarySource from './kernels/training-summary.wgsl?raw';
import type { ChainPlan, TrainingPlan } from './training-plan.ts';
import updateSource from './kernels/training-update.wgsl?raw';

/** A kernel and the layout of its group 0. */
export interface TrainingKernel {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** The pipelines of a training, in the order they run. */
export interface TrainingKernels {
  /** Forward and backward pass: one kernel, or one each for a layer and one that gathers the inputs. */
  readonly passes:
    | { readonly kind: 'chain'; readonly chain: TrainingKernel }
    | {
        readonly kind: 'layers';
        readonly gather: TrainingKernel;
        readonly forward: TrainingKernel;
        readonly backward: TrainingKernel;
      };
  readonly gradient: TrainingKernel;
  readonly update: TrainingKernel;
  readonly summary: TrainingKernel;
}

const shaderStageCompute = 4;

type BindingKind = 'position' | 'uniform' | 'read' | 'write';
const bindingLayouts: Record<BindingKind, GPUBufferBindingLayout> = {
  position: { type: 'uniform', hasDynamicOffset: true, minBindingSize: 16 },
  uniform: { type: 'uniform' },
  read: { type: 'read-only-storage' },
  write: { type: 'storage' },
};

const stepBindings: readonly BindingKind[] = ['position', 'uniform', 'read', 'read'];
const passBindings: readonly BindingKind[] = [
  ...stepBindings,
  'read',
  'read',
  'read',
  'write',
  'write',
  'write',
];
const gradientBindings: readonly BindingKind[] = [...stepBindings, 'read', 'read', 'read', 'write'];
const updateBindings: readonly BindingKind[] = [...stepBindings, 'write', 'write', 'write', 'write', 'write'];
const summaryBindings: readonly BindingKind[] = ['uniform', 'read', 'read', 'read', 'write'];

type Constants = Readonly<Record<string, number>>;

/** Kernels for a plan, compiled once per device and set of constants. Throws GpuError where the device refuses one. */
export async function compileTraining(context: GpuContext, plan: TrainingPlan): Promise<TrainingKernels> {
  const { chain, gradientTile4: tile4 } = plan;
  const compile = async (
    name: string,
    source: string,
    bindings: readonly BindingKind[],
    constants: Constants = {},
    entryPoint = 'main',
  ): Promise<TrainingKernel> => {
    const layout = bindGroupLayout(context.device, bindings);
    const pipelineLayout = context.device.createPipelineLayout({ label: name, bindGroupLayouts: [layout] });
    const code = `${commonSource}\n${source}`;
    return {
      pipeline: await context.pipeline({ name, code }, entryPoint, constants, pipelineLayout),
      layout,
    };
  };
  const layer = (entryPoint: string): Promise<TrainingKernel> =>
    compile('training-layer', layerSource, passBindings, {}, entryPoint);
  const layerPasses = async (): Promise<TrainingKernels['passes']> => {
    const [gather, forward, backward] = await Promise.all(['gather', 'forward', 'backward'].map(layer));
    return { kind: 'layers', gather, forward, backward };
  };
  const chainPass = async ({ width4, tile4, chunk }: ChainPlan): Promise<TrainingKernels['passes']> => {
    const constants = { WIDTH4: width4, TILE4: tile4, CHUNK: chunk, THREADS: width4 * tile4 };
    return { kind: 'chain', chain: await compile('training-chain', chainSource, passBindings, constants) };
  };
  const gradientConstants = { TILE4: tile4, THREADS: tile4 ** 2 };
  const summaryConstants = { LOSS_SAMPLES: plan.lossSamples };
  const [passes, gradient, update, summary] = await Promise.all([
    chain === null ? layerPasses() : chainPass(chain),
    compile('training-gradient', gradientSource, gradientBindings, gradientConstants),
    compile('training-update', updateSource, updateBindings),
    compile('training-summary', summarySource, summaryBindings, summaryConstants),
  ]);
  return { passes, gradient, update, summary };
}

const layouts = new WeakMap<GPUDevice, Map<string, GPUBindGroupLayout>>();

function bindGroupLayout(device: GPUDevice, bindings: readonly BindingKind[]): GPUBindGroupLayout {
  const known = layouts.get(device) ?? new Map<string, GPUBindGroupLayout>();
  layouts.set(device, known);
  const label = bindings.join(' ');
  const cached = known.get(label);
  if (cached !== undefined) return cached;
  const entries = bindings.map((kind, binding) => ({
    binding,
    visibility: shaderStageCompute,
    buffer: bindingLayouts[kind],
  }));
  const layout = device.createBindGroupLayout({ label, entries });
  known.set(label, layout);
  return layout;
}
