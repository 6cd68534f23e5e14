/** Every call of the contract with the parser of its parameters. Pages take the types alone: this brings the parsers along. */
import { appCalls } from './app.ts';
import { comparisonCalls } from './comparisons.ts';
import type { Call } from './call.ts';
import { clusterCalls } from './cluster.ts';
import { entryCalls } from './entries.ts';
import { exportCalls } from './exports.ts';
import { findingCalls } from './findings.ts';
import { frameCalls } from './frames.ts';
import { networkCalls } from './networks.ts';
import { notebookCalls } from './notebook.ts';
import { queueCalls } from './queue.ts';
import { sweepCalls } from './sweeps.ts';

/** Every call by its name: the boundary behind which parameters are trusted. */
export const calls = {
  ...appCalls,
  ...notebookCalls,
  ...entryCalls,
  ...frameCalls,
  ...networkCalls,
  ...sweepCalls,
  ...queueCalls,
  ...clusterCalls,
  ...exportCalls,
  ...findingCalls,
  ...comparisonCalls,
} as const satisfies Readonly<Record<string, Call>>;
