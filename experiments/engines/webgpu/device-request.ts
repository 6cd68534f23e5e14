/** What the kernels ask of an adapter: its own limits where they exceed the defaults, subgroups where it has them. */

const wantedLimits = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxStorageBuffersPerShaderStage',
] as const;
const wantedFeatures: readonly GPUFeatureName[] = ['subgroups', 'timestamp-query'];

/** Descriptor for requestDevice: everything the adapter offers of what the kernels can use. */
export function deviceRequest(adapter: GPUAdapter): GPUDeviceDescriptor {
  return {
    label: 'creasebook',
    requiredFeatures: wantedFeatures.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]])),
  };
}
