/** Where the app keeps how its last start with Vulkan went. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { diskFileSystem, makeFolders, writeWhole } from '../lab/disk/files.ts';
import type { VulkanTrial } from './graphics.ts';

/** The trial between starts. */
export interface TrialKeeper {
  /** Read at once: switches count before the app is ready only. */
  read(): VulkanTrial;
  write(trial: VulkanTrial): void;
}

const stored = z.object({ vulkan: z.enum(['unneeded', 'try', 'trying', 'works', 'fails']) });

/** A keeper in a file; one that cannot be read or written only means that nothing is tried. */
export function trialFile(path: string): TrialKeeper {
  let writes = Promise.resolve();
  return {
    read() {
      try {
        return stored.parse(JSON.parse(readFileSync(path, 'utf8'))).vulkan;
      } catch {
        return 'unneeded';
      }
    },
    write(vulkan) {
      const bytes = new TextEncoder().encode(`${JSON.stringify({ vulkan })}\n`);
      writes = writes
        .then(() => makeFolders(diskFileSystem, dirname(path)))
        .then(() => writeWhole(diskFileSystem, path, bytes))
        .catch(() => undefined);
    },
  };
}
