/**
 * Makes the icons of the packaged app out of a network: trains a small one on a ring with the app itself, draws its frame
 * and its exact polytopes, and writes PNG, ICO and ICNS into electron/packaging/icons/. The same bytes every time.
 *
 *   npm run icons
 */
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { encode } from 'fast-png';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const icons = join(root, 'electron', 'packaging', 'icons');
const scratch = mkdtempSync(join(tmpdir(), 'creasebook-icons-'));

/** Few neurons, so that their creases can be told apart in an icon; wide enough for a round ring. */
const sweep = `name: icon
target: ring
epochs: 1200
snapshots: { every: 1200 }
parameters:
  points: { values: [5000] }
  shape: { values: ['[24]*3'] }
training: { optimizer: adam, learning_rate: 0.002, batch_size: 128, loss: mse }
`;

function lab(...args) {
  const program = [join(root, 'dist', 'node', 'cli.js'), ...args];
  const { stdout, status } = spawnSync(process.execPath, [...program, '--notebook', scratch, '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`creasebook ${args[0]} ended with ${status}`);
  return JSON.parse(stdout);
}

try {
  const file = join(scratch, 'icon.yaml');
  writeFileSync(file, sweep);
  const { entry, cells } = lab('run', file);
  const cell = cells[0].id;
  const frame = join(scratch, 'frame.png');
  const drawing = join(scratch, 'regions.svg');
  const values = join(scratch, 'values.npy');
  lab('frame', entry, '--cell', cell, '--size', '256', '--out', frame, '--values', values);
  lab('regions', entry, '--cell', cell, '--svg', drawing);
  await initWasm(readFileSync(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));
  const picture = (size) => rasterised(iconSvg(valuesOf(values), readFileSync(drawing, 'utf8'), size), size);
  const at = new Map([16, 24, 32, 48, 64, 128, 256, 512].map((size) => [size, picture(size)]));
  mkdirSync(icons, { recursive: true });
  writeFileSync(join(icons, 'creasebook.png'), at.get(512));
  writeFileSync(
    join(icons, 'creasebook.ico'),
    ico([16, 24, 32, 48, 64, 256].map((size) => [size, at.get(size)])),
  );
  const types = { ic11: 32, ic12: 64, ic07: 128, ic08: 256, ic09: 512 };
  writeFileSync(
    join(icons, 'creasebook.icns'),
    icns(Object.entries(types).map(([type, size]) => [type, at.get(size)])),
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Values of a NumPy file of float32, version 1. */
function valuesOf(path) {
  const bytes = readFileSync(path);
  const header = 10 + bytes.readUInt16LE(8);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset + header, bytes.byteOffset + bytes.length));
}

/**
 * The network's picture in two colours and between them, its creases on it; creases only where they are wider than a
 * third of a pixel. A square with round corners and a margin, as systems expect of icons.
 */
function iconSvg(values, drawing, size) {
  const side = Math.sqrt(values.length);
  const pixels = Buffer.from(encode({ width: side, height: side, channels: 3, data: coloured(values) }));
  const paths = [...drawing.matchAll(/<path stroke-opacity="([^"]+)" d="([^"]+)"/g)].map(
    ([, opacity, data]) => `<path stroke-opacity="${opacity}" d="${data}"/>`,
  );
  const lines =
    size < 48
      ? ''
      : `<g transform="scale(${side / 100_000})" fill="none" stroke="#5fa8e6" stroke-opacity="0.8" stroke-width="${size < 128 ? 900 : 420}" stroke-linejoin="round">${paths.join('')}</g>`;
  const margin = size < 48 ? 0.02 : 0.06;
  const inner = 1 - 2 * margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${side} ${side}"><defs><clipPath id="square"><rect width="${side}" height="${side}" rx="${0.22 * side}"/></clipPath></defs><g transform="translate(${margin * side} ${margin * side}) scale(${inner})"><g clip-path="url(#square)"><image width="${side}" height="${side}" href="data:image/png;base64,${pixels.toString('base64')}"/>${lines}</g></g></svg>`;
}

/** RGB of every pixel: night blue where the picture is white, warm white where it is black. */
function coloured(values) {
  const dark = [20, 38, 66];
  const light = [255, 244, 220];
  return Uint8Array.from({ length: 3 * values.length }, (_, at) => {
    const share = Math.min(1, Math.max(0, values[Math.floor(at / 3)]));
    return Math.round(light[at % 3] + (dark[at % 3] - light[at % 3]) * share);
  });
}

function rasterised(svg, size) {
  return Buffer.from(new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render().asPng());
}

/** Pictures as PNG in a Windows icon; 0 stands for 256 pixels. */
function ico(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  for (const [at, [size, png]] of pictures.entries()) {
    const entry = 6 + 16 * at;
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(png.length, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  }
  return Buffer.concat([head, ...pictures.map(([, png]) => png)]);
}

/** Pictures as PNG in a macOS icon, by their four-letter types. */
function icns(pictures) {
  const parts = pictures.map(([type, png]) =>
    Buffer.concat([Buffer.from(type), length(8 + png.length), png]),
  );
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from('icns'), length(8 + body.length), body]);
}

function length(bytes) {
  const word = Buffer.alloc(4);
  word.writeUInt32BE(bytes);
  return word;
}
