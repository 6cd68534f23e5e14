/** Types of bundled-packages.mjs. */

/** Packages that nobody looks for in node_modules. */
export const bundledPackages: readonly string[];

/** Packages that are bundled and that packages in node_modules load as well. */
export const sharedPackages: readonly string[];
