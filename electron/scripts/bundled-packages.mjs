/**
 * Packages whose code goes into the bundles for Node: a start reads one file where it would look for hundreds of small ones.
 * The packaged app has them there only.
 */
export const bundledPackages = [
  'd3-color',
  'd3-interpolate',
  'd3-scale-chromatic',
  'fast-png',
  // Its CommonJS form would hide its names from Node's import.
  'gifenc',
  'hyparquet',
  'hyparquet-writer',
  'iobuffer',
  'yaml',
  'zod',
];

/** Packages that are bundled and that packages in node_modules load as well. */
export const sharedPackages = ['@noble/hashes', 'fflate'];
