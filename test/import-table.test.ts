import { describe, expect, it } from 'vitest';
import { importsOf, importViolations } from './import-table.ts';
import { sourceFiles } from './source-files.ts';

describe('import table', () => {
  it('holds for every source file', () => {
    const files = ['experiments', 'electron', 'renderer'].flatMap(sourceFiles);
    expect(files.length).toBeGreaterThan(20);
    expect(importViolations(files)).toEqual([]);
  });

  it('reads every form of import', () => {
    const text = `import a from 'a';\nimport type { B } from "./b.ts";\nimport 'c';\nexport { d } from './d.ts';\nconst e = await import('e');\nconst f = require('f');\nimport {\n  g,\n  h,\n} from 'g';\n// import x from 'x'`;
    expect(importsOf(text)).toEqual(['a', './b.ts', 'c', './d.ts', 'e', 'f', 'g']);
  });

  it.each([
    ['experiments/a.ts', "import { readFile } from 'node:fs/promises';"],
    ['experiments/a/b.ts', "import { Notebook } from '../../electron/lab/notebook.ts';"],
    ['experiments/a.ts', "import { app } from 'electron';"],
    ['electron/lab/a.ts', "import { app } from 'electron';"],
    ['electron/lab/a.ts', "import { start } from '../shell/main.ts';"],
    ['electron/lab/a.ts', "import View from '../../renderer/views/view.svelte';"],
    ['electron/lab/a.ts', "import { writeFile } from 'node:fs/promises';"],
    ['electron/lab/a.ts', "import * as fs from 'node:fs';"],
    ['electron/lab/a.ts', "import fs from 'fs';"],
    ['electron/lab/a.ts', "import { promises } from 'node:fs';"],
    ['electron/lab/a.ts', "import { readFile, cp } from 'node:fs/promises';"],
    ['electron/lab/a.ts', "import { open as readFile } from 'node:fs/promises';"],
    ['electron/lab/a.ts', "export { writeFile } from 'node:fs/promises';"],
    ['electron/lab/a.ts', "const { writeFile } = await import('node:fs/promises');"],
    ['electron/lab/a.ts', "const fs = require('fs');"],
    ['renderer/a.ts', "import { Notebook } from '../electron/lab/notebook.ts';"],
    ['renderer/a.ts', "import { join } from 'node:path';"],
  ])('reports a planted violation in %s: %s', (path, text) => {
    expect(importViolations([{ path, text }])).toHaveLength(1);
  });

  it.each([
    ['electron/lab/disk/files.ts', "import { writeFile } from 'node:fs/promises';"],
    ['electron/lab/a.ts', "import { readFile } from 'node:fs/promises';"],
    ['electron/lab/a.ts', "import {\n  readFile as read,\n  type Stats,\n} from 'node:fs/promises';"],
    ['electron/lab/a.ts', "import type * as fs from 'node:fs';"],
    ['electron/shell/main.ts', "import { app } from 'electron';"],
    ['electron/shell/main.ts', "import { lab } from '../lab/lab.ts';"],
    ['renderer/a.ts', "import type { Contract } from '../electron/contract/contract.ts';"],
    ['renderer/a.ts', "import { Shape } from '../experiments/network/shape.ts';"],
  ])('allows %s: %s', (path, text) => {
    expect(importViolations([{ path, text }])).toEqual([]);
  });
});
