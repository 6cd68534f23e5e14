import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { programRoot } from '../../../electron/program/assets.ts';
import { testKernelsInPage } from './kernel-suite.ts';

const folder = join(programRoot(), 'test', 'experiments', 'engines', 'webgpu');
const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));

await testKernelsInPage(files, false);
