/** A real lab on a folder, served the way a browser gets it. */
import { join } from 'node:path';
import { programRoot } from '../../electron/program/assets.ts';
import { openLab, type Lab } from '../../electron/lab/lab.ts';
import { serveLab } from '../../electron/serve/server.ts';

export interface ServedLab {
  readonly lab: Lab;
  /** An address that opens the lab in one browser, once. */
  newLink(): string;
  close(): Promise<void>;
}

export interface ServedLabOptions {
  readonly threads?: number;
  readonly rendererFolder?: string;
  /** Whether a new notebook begins with the example that ships. */
  readonly hasExample?: boolean;
}

/** Opens and serves the notebook of a folder. */
export async function servedLab(notebook: string, options: ServedLabOptions = {}): Promise<ServedLab> {
  const {
    threads = 2,
    rendererFolder = join(programRoot(), 'dist', 'renderer'),
    hasExample = false,
  } = options;
  const examples = hasExample ? {} : { examples: join(notebook, 'no-example') };
  const lab = await openLab({ notebook, shell: 'browser', threads, ...examples });
  const server = await serveLab({ router: lab.router, events: lab.events, rendererFolder });
  return {
    lab,
    newLink: () => server.newLink(),
    async close() {
      await server.close();
      await lab.close();
    },
  };
}
