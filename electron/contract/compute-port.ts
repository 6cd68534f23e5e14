/** How the compute page is found, and given the port over which a host drives it. */

/** Path of the page below the renderer's folder. */
export const computePagePath = 'gpu/compute.html';

/** The message of the page to itself that carries the port: a preload script or a test posts it to the window. */
export const computePortMessage = 'creasebook-compute-port';
