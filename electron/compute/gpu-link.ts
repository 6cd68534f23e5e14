/** What a GPU host needs of whatever has a device. */
import type { FromGpu, ToGpu } from '../../experiments/tasks/gpu-protocol.ts';

/** A process or page with a device: messages both ways, and an end that may come by itself. */
export interface GpuLink {
  post(message: ToGpu): void;
  /** Ends it at once, whatever it does. */
  kill(): void;
}

/** Starts a process or page; `onEnd` is called once, when it is gone, with the reason in words. */
export type GpuStarter = (onMessage: (message: FromGpu) => void, onEnd: (reason: string) => void) => GpuLink;
