/** Names that the preload script and the main process agree on. */

/** The one IPC channel, in both directions. */
export const labChannel = 'lab';

/** The channel on which the compute window gets its port. */
export const computeChannel = 'compute-port';

/** The property of `window` under which the page finds the bridge. */
export const bridgeKey = 'creasebook';
