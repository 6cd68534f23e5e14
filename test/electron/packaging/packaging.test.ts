import { FuseV1Options } from '@electron/fuses';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CliOptions } from 'electron-builder';
import { describe, expect, it } from 'vitest';
import { fuses } from '../../../electron/packaging/fuses.ts';
import { iconPath } from '../../../electron/packaging/icons.ts';
import { InstallerMaker } from '../../../electron/packaging/installer-maker.ts';
import { isLeftOut } from '../../../electron/packaging/packaged-files.ts';
import { scratchFolder } from '../scratch-folder.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[/\\]$/, '');

describe('the packaged app', () => {
  it.each([
    '',
    '/package.json',
    '/LICENSE',
    '/dist',
    '/dist/node',
    '/dist/node/shell.mjs',
    '/dist/node/chunks/a.mjs',
    '/dist/node/package.json',
    '/dist/kernels/strict.wasm',
    '/dist/native/kernels.node',
    '/dist/native/stamp.json',
    '/dist/renderer/index.html',
    '/dist/renderer/assets/main-1.js',
    '/experiments',
    '/experiments/presets',
    '/experiments/presets/two-minute.yaml',
    '/node_modules',
    '/node_modules/fflate/lib/index.cjs',
    '/node_modules/@fontsource/noto-sans-math/files/noto-sans-math-latin-400-normal.woff',
    '/node_modules/@fontsource/source-sans-3/files/source-sans-3-latin-600-normal.woff2',
    '/node_modules/hyparquet-readers/index.js',
    '/dist/page/page.css',
    '/experiments/presets/example/2026/targets/ring.png',
    '/node_modules/onnxruntime-web/dist',
    '/node_modules/webgpu-types/index.js',
    '/node_modules/onnxruntime-web/dist/ort.node.min.mjs',
    '/node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm',
    '/node_modules/@tensorflow',
    '/node_modules/@tensorflow/tfjs',
    '/node_modules/@tensorflow/tfjs/package.json',
    '/node_modules/@tensorflow/tfjs/dist',
    '/node_modules/@tensorflow/tfjs/dist/tf.node.js',
    '/node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
    '/node_modules/@tensorflow/tfjs-core/node_modules/long/src/long.js',
  ])('holds %j', (path) => {
    expect(isLeftOut(path)).toBe(false);
  });

  it.each([
    '/electron/shell',
    '/electron/packaging/fuses.ts',
    '/electron/serve/server.ts',
    '/renderer',
    '/test',
    '/.git',
    '/.git/config',
    '/.ci',
    '/dist/.built',
    '/dist/package',
    '/dist/native/compiler.log',
    '/dist/native/objects-1/addon.o',
    '/dist/bench',
    '/dist/nodes',
    '/dist/test-report.json',
    '/dist/node/shell.js.map',
    '/experiments/network/shape.ts',
    '/experiments/presetsabc',
    '/node_modules/webgpu',
    '/node_modules/webgpu/dist/linux-x64.dawn.node',
    '/node_modules/.bin/vite',
    '/node_modules/.cache/x',
    '/node_modules/onnxruntime-web/dist/ort.all.mjs',
    '/node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.jsep.wasm',
    '/node_modules/@tensorflow/tfjs/src',
    '/node_modules/@tensorflow/tfjs/dist/tf.min.js',
    '/node_modules/@tensorflow/tfjs/dist/tf.node.js.map',
    '/node_modules/@tensorflow/tfjs-core/dist/ops',
    '/node_modules/@tensorflow/tfjs-core/dist/index.js',
    '/node_modules/core-js',
    '/node_modules/@types/d3-scale-chromatic/index.d.ts',
    '/node_modules/@noble/hashes/index.d.ts',
    '/node_modules/zod/src/index.ts',
    '/node_modules/svg-to-pdfkit/examples/pdfkit.js',
    '/node_modules/@fontsource/noto-sans-arabic/400.css',
    '/node_modules/@fontsource/source-sans-3/files/source-sans-3-greek-400-italic.woff',
    '/node_modules/@fontsource/source-sans-3/files/source-sans-3-greek-400-normal.woff2',
    '/node_modules/pdfkit/js/pdfkit.standalone.js',
    '/dist/page/assets/ort-wasm-simd-threaded-1.wasm',
    '/experiments/presets/ring-5000-to-312.png',
    '/package-lock.json',
    '/README.md',
    '/forge.config.ts',
    '/tsconfig.json',
  ])('leaves out %j', (path) => {
    expect(isLeftOut(path)).toBe(true);
  });

  it('still has the reference engine, without its other builds', () => {
    const folder = scratchFolder();
    let bytes = 0;
    for (const name of ['@tensorflow', 'node-fetch', 'seedrandom', 'string_decoder', 'safe-buffer', 'long']) {
      cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), {
        recursive: true,
        filter: (path) => {
          if (isLeftOut(path.slice(root.length).replaceAll('\\', '/'))) return false;
          bytes += statSync(path).size;
          return true;
        },
      });
    }
    const program = `
      const tensorflow = await import('@tensorflow/tfjs');
      const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
      setWasmPaths('node_modules/@tensorflow/tfjs-backend-wasm/dist/');
      const isReady = await tensorflow.setBackend('wasm');
      const product = tensorflow.matMul([[1, 2]], [[3], [4]]).dataSync()[0];
      console.log(JSON.stringify({ isReady, product }));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout.trim().split('\n').at(-1), stderr).toBe('{"isReady":true,"product":11}');
    expect(bytes).toBeLessThan(12e6);
  });

  it('has every fuse set as it must be', () => {
    const set = Object.fromEntries(
      Object.entries(FuseV1Options)
        .filter((entry): entry is [string, FuseV1Options] => typeof entry[1] === 'number')
        .map(([name, fuse]) => [name, fuses[fuse]]),
    );
    expect(fuses.strictlyRequireAllFuses).toBe(true);
    expect(set).toEqual({
      RunAsNode: false,
      EnableCookieEncryption: false,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
      WasmTrapHandlers: true,
    });
  });
});

describe('installers', () => {
  const options = {
    dir: '/out/Creasebook',
    makeDir: '/out/make',
    appName: 'Creasebook',
    targetArch: 'x64' as const,
    forgeConfig: {} as never,
    packageJSON: {},
  };

  it.each([
    ['linux', '/out/Creasebook', { linux: ['AppImage', 'deb'] }],
    ['darwin', '/out/Creasebook/Creasebook.app', { mac: ['dmg'] }],
    ['win32', '/out/Creasebook', { win: ['nsis'] }],
  ] as const)(
    'for %s are built from the packaged app and published nowhere',
    async (platform, dir, targets) => {
      const built: CliOptions[] = [];
      const maker = new InstallerMaker((request) => {
        built.push(request);
        return Promise.resolve(['/out/make/Creasebook.installer']);
      });
      const paths = await maker.make({ ...options, targetPlatform: platform });
      expect(paths).toEqual(['/out/make/Creasebook.installer']);
      expect(built).toHaveLength(1);
      expect(built[0]).toMatchObject({ prepackaged: dir, x64: true, publish: 'never', ...targets });
      expect(built[0]?.config).toMatchObject({ directories: { output: '/out/make' }, publish: null });
    },
  );

  it('are not made for other platforms', () => {
    const maker = new InstallerMaker(() => Promise.resolve([]));
    for (const platform of ['freebsd', 'constructor']) {
      expect(() => maker.make({ ...options, targetPlatform: platform as never })).toThrow('no installers');
    }
  });

  it('say when they cannot be built', async () => {
    const maker = new InstallerMaker(() => Promise.reject(new Error('no network')));
    await expect(maker.make({ ...options, targetPlatform: 'linux' })).rejects.toThrow('no network');
  });
});

describe('icons', () => {
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const read = (ending: string): Buffer => readFileSync(`${iconPath}.${ending}`);

  /** Width of a PNG picture; its first eight bytes must be those of one. */
  function widthOf(picture: Buffer): number {
    expect(picture.subarray(0, 8)).toEqual(png);
    expect(picture.readUInt32BE(20)).toBe(picture.readUInt32BE(16));
    return picture.readUInt32BE(16);
  }

  it('for Linux is a picture of 512 pixels', () => {
    expect(widthOf(read('png'))).toBe(512);
  });

  it('for Windows holds the sizes its directory names', () => {
    const file = read('ico');
    const entries = Array.from({ length: file.readUInt16LE(4) }, (_, at) => 6 + 16 * at);
    const sizes = entries.map((entry) => {
      const offset = file.readUInt32LE(entry + 12);
      const width = widthOf(file.subarray(offset, offset + file.readUInt32LE(entry + 8)));
      expect(file.readUInt8(entry)).toBe(width % 256);
      return width;
    });
    expect(sizes).toEqual([16, 24, 32, 48, 64, 256]);
  });

  it('for macOS holds pictures of the sizes its types stand for', () => {
    const file = read('icns');
    expect(file.toString('latin1', 0, 4)).toBe('icns');
    expect(file.readUInt32BE(4)).toBe(file.length);
    const found: Record<string, number> = {};
    for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) {
      found[file.toString('latin1', at, at + 4)] = widthOf(file.subarray(at + 8));
    }
    expect(found).toEqual({ ic11: 32, ic12: 64, ic07: 128, ic08: 256, ic09: 512 });
  });
});

it('forge packages with the archive, the fuses, the ignore list and the maker', async () => {
  const { default: config } = await import('../../../forge.config.ts');
  expect(config.packagerConfig).toMatchObject({ ignore: isLeftOut, prune: true, icon: iconPath });
  expect(config.packagerConfig?.asar).toEqual({ unpack: '**/dist/native/kernels.node' });
  expect(config.makers?.[0]).toBeInstanceOf(InstallerMaker);
  expect(config.plugins).toHaveLength(1);
});
