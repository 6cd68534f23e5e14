/** The engine on a GPU: kernels in WGSL on whatever GPUDevice it is given. */
import type { Engine } from '../engine.ts';
import { withMappedInputs } from '../mapped-engine.ts';
import { GpuContext } from './gpu-context.ts';
import { createPacer } from './pacer.ts';
import { drawGpuFrame } from './webgpu-drawing.ts';
import { evaluateGpu, renderGpuFrame } from './webgpu-frame.ts';
import { WebgpuTraining } from './webgpu-training.ts';

/** Floating-point operations of the first dispatch: a tenth of a second on the slowest adapter, a moment on any other. */
const firstFlops = 1e8;

/** A clock in seconds, and what the adapter is called. */
export interface WebgpuEngineOptions {
  /** Milliseconds since any fixed moment; decides the size of dispatches and nothing else. */
  readonly clock: () => number;
  /** Adapter and driver, for people and entries. */
  readonly adapter: string;
}

/**
 * An engine on a device, which stays its owner's. Errors of the device are GpuErrors; after its loss every call rejects
 * with one.
 */
export function createWebgpuEngine(device: GPUDevice, { clock, adapter }: WebgpuEngineOptions): Engine {
  const context = new GpuContext(device, clock);
  const pacer = createPacer(firstFlops);
  const training = new WebgpuTraining(context);
  return withMappedInputs({
    name: 'webgpu',
    determinism: 'device',
    description: `WebGPU on ${adapter}`,
    createTrainer: (request) => training.createTrainer(request),
    renderFrame: (request) => context.checked('frame', (own) => renderGpuFrame(own, pacer, request)),
    drawFrame: (request) => context.checked('drawing', (own) => drawGpuFrame(own, pacer, request)),
    evaluate: (network, coordinates) =>
      context.checked('values', (own) => evaluateGpu(own, pacer, network, coordinates)),
    lossGradient: (network, data, loss) => training.lossGradient(network, data, loss),
    dispose: () => context.dispose(),
  });
}

/** Device (else vendor and architecture) and driver of an adapter in one line, as far as it tells them. */
export function adapterText({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  const name = device.replace(/-+$/, '') || [vendor, architecture].filter(Boolean).join(' ');
  return [name, description].filter(Boolean).join(', ') || 'an unnamed adapter';
}

/** Whether an adapter is software: slower than the CPU's own kernels by far. */
export function isSoftwareAdapter(info: GPUAdapterInfo): boolean {
  const text = [info.vendor, info.architecture, info.device, info.description].join(' ');
  return (
    (info as { isFallbackAdapter?: boolean }).isFallbackAdapter === true ||
    /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i.test(text)
  );
}
