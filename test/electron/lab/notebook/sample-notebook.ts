/** Notebooks in temporary folders, and entries to put into them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { NewEntry } from '../../../../electron/lab/notebook/new-entry.ts';
import { sampleCell } from '../../../experiments/records/sample-records.ts';

/** A folder that is removed when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a sample entry is made from. */
export function sampleEntry(changes: Partial<NewEntry> = {}): NewEntry {
  return {
    name: 'ring, 5000 to 312 points',
    title: 'Ring, 5000 to 312 points',
    sweepText: '# what we asked for\nname: ring, 5000 to 312 points\ntarget: ring\n',
    cells: [sampleCell('0123456789abcdef'), sampleCell('0123ffffffffffff'), sampleCell('fedcba9876543210')],
    snapshots: { policy: { kind: 'every', epochs: 10 }, keyFrameEvery: 4, previewSize: 8, truthStride: 4 },
    targets: [{ digest: 'ab'.repeat(32), png: Uint8Array.from({ length: 300 }, (_, index) => index) }],
    environment: { version: '0.1.0', engine: 'WebAssembly SIMD, strict' },
    created: new Date('2026-11-20T12:00:00Z'),
    ...changes,
  };
}
