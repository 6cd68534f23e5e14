/** Types of node-version.mjs. */

/** Whether a version of Node, written as process.versions.node writes it, does. */
export function isNodeVersionEnough(version: string): boolean;
