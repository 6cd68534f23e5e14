/** A device that has no memory for certain buffers: software adapters never run out of it before their machine does. */

/**
 * `device`, with `refuses` asked about every new buffer. A refused one comes with an error of the innermost scope for lack of memory,
 * as the specification has it, and is of no use.
 */
export function scarceDevice(device: GPUDevice, refuses: (label: string) => boolean): GPUDevice {
  const scopes: { readonly filter: GPUErrorFilter; error: GPUError | null }[] = [];
  const pushErrorScope = (filter: GPUErrorFilter): void => {
    scopes.push({ filter, error: null });
    device.pushErrorScope(filter);
  };
  const popErrorScope = async (): Promise<GPUError | null> => {
    const scope = scopes.pop();
    const found = device.popErrorScope();
    return scope?.error ?? (await found);
  };
  const createBuffer = (descriptor: GPUBufferDescriptor): GPUBuffer => {
    if (!refuses(descriptor.label ?? '')) return device.createBuffer(descriptor);
    const scope = scopes.filter(({ filter }) => filter === 'out-of-memory').at(-1);
    if (scope === undefined) throw new Error('Nobody watches for lack of memory.');
    scope.error ??= { message: 'no memory is left' };
    device.pushErrorScope('validation');
    const useless = device.createBuffer({ ...descriptor, usage: 0x1 | 0x80 });
    void device.popErrorScope();
    return useless;
  };
  const own: Record<string, unknown> = { pushErrorScope, popErrorScope, createBuffer };
  return new Proxy(device, {
    get(target, name: string) {
      const value = own[name] ?? (Reflect.get(target, name, target) as unknown);
      return typeof value === 'function' && own[name] === undefined ? (value.bind(target) as unknown) : value;
    },
  });
}
