import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { electronBinary, proxyWords } from '../../../electron/serve/electron-binary.ts';
import { scratchFolder } from '../scratch-folder.ts';

/** A package whose installer is this program. */
function packageWith(installer: string): string {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'install.js'), installer);
  return folder;
}

const write = `
const fs = require('node:fs'), path = require('node:path'), os = require('node:os');
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'electron-download-'));
fs.writeFileSync(path.join(__dirname, 'temporary.txt'), temporary);
const file = path.join(temporary, 'electron.zip');
const done = () => {
  fs.mkdirSync(path.join(__dirname, 'dist'), { recursive: true });
  fs.writeFileSync(path.join(__dirname, 'dist', 'electron'), '');
  fs.writeFileSync(path.join(__dirname, 'path.txt'), 'electron');
};
`;

describe('the one-time download of Electron', () => {
  it('may take as long as it likes while something arrives', async () => {
    const folder = packageWith(`${write}
      let parts = 0;
      const timer = setInterval(() => {
        fs.appendFileSync(file, 'part');
        if (++parts < 32) return;
        clearInterval(timer);
        done();
      }, 250);`);
    const lines: string[] = [];
    // Eight seconds in all, with a limit of six without anything.
    const binary = await electronBinary(folder, process.env, (line) => lines.push(line), 6000);
    expect(binary).toBe(join(folder, 'dist', 'electron'));
    expect(lines).toEqual(['Downloading Electron (once, about 120 MB) ...']);
  });

  it('is given up once nothing arrives any more, and leaves nothing behind', async () => {
    const folder = packageWith(`${write} fs.writeFileSync(file, 'half'); setInterval(() => {}, 1000);`);
    const lines: string[] = [];
    expect(await electronBinary(folder, process.env, (line) => lines.push(line), 6000)).toBeNull();
    expect(lines.at(-1)).toBe('Electron could not be downloaded: nothing arrived for 6 seconds.');
    const temporary = readFileSync(join(folder, 'temporary.txt'), 'utf8');
    expect(existsSync(temporary)).toBe(false);
    expect(existsSync(dirname(temporary))).toBe(false);
  });

  it('says that its installer failed', async () => {
    const lines: string[] = [];
    const folder = packageWith('process.exit(1);');
    expect(await electronBinary(folder, process.env, (line) => lines.push(line), 60_000)).toBeNull();
    expect(lines.at(-1)).toBe('Electron could not be downloaded: its installer failed.');
    expect(readdirSync(folder)).toEqual(['install.js']);
  });

  it('is not begun where there is a binary, no package, or no wish for it', async () => {
    const folder = packageWith('process.exit(1);');
    const silent = (): never => {
      throw new Error('nothing to say');
    };
    expect(await electronBinary(null, {}, silent)).toBeNull();
    expect(await electronBinary(folder, { ELECTRON_SKIP_BINARY_DOWNLOAD: '1' }, silent)).toBeNull();
    mkdirSync(join(folder, 'dist'));
    for (const name of ['path.txt', 'dist/electron']) writeFileSync(join(folder, name), 'electron');
    expect(await electronBinary(folder, {}, silent)).toBe(join(folder, 'dist', 'electron'));
  });

  it('goes through the proxy that npm goes through', () => {
    const words = { ELECTRON_GET_USE_PROXY: '1', NODE_USE_ENV_PROXY: '1' };
    expect(proxyWords({ HTTPS_PROXY: 'http://proxy:8080' })).toEqual(words);
    expect(proxyWords({ http_proxy: 'http://proxy:8080' })).toEqual(words);
    expect(proxyWords({ HTTPS_PROXY: '', PATH: '/bin' })).toEqual({});
  });
});
