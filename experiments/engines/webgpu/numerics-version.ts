/** Version of the arithmetic on GPUs: part of what a cell is, since another version gives other weights. */
export const webgpuNumericsVersion = 'webgpu-1';
