/** An entry as one HTML file: the app's own page with the entry's data inside. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zlibSync } from 'fflate';
import { escapeXml } from '../../../experiments/figures/svg-elements.ts';
import { keptSnapshots, pageBlockLength, type PageCell, type PageData } from '../../contract/page-data.ts';
import { packPreviews } from '../../contract/preview-pack.ts';
import type { ExportedPage } from '../../contract/exports.ts';
import { encodeMessage } from '../../contract/wire.ts';
import { LabError } from '../disk/lab-error.ts';
import { pageFolder } from '../../program/assets.ts';
import { readPreviewBlock, type PreviewRead } from '../notebook/preview-reads.ts';

export interface PageTask {
  /** Everything but the previews. */
  readonly data: Omit<PageData, 'cells'> & {
    readonly cells: readonly Omit<PageCell, 'every' | 'previews'>[];
  };
  /** All previews of each cell, in the order of the cells. */
  readonly reads: readonly PreviewRead[];
  /** Name of the file without ending. */
  readonly name: string;
  /** Maximum number of bytes of the file. */
  readonly limit: number;
}

/** Fewest snapshots of which a page keeps the previews before it is given up. */
const fewestKept = 2;

/**
 * The page, with as many previews as the limit allows: every one, every second, every fourth ... the last always. Throws
 * LabError 'refused' where even the fewest are too many bytes.
 */
export async function pageFile(
  { data, reads, name, limit }: PageTask,
  onProgress: (done: number, of: number) => void,
): Promise<ExportedPage> {
  const shell = pageShell(data.entry.card.title);
  const longest = Math.max(0, ...reads.map(({ epochs }) => epochs.length));
  for (let every = 1; every === 1 || longest / every >= fewestKept; every *= 2) {
    const cells: PageCell[] = [];
    for (const [at, cell] of data.cells.entries()) {
      cells.push({ ...cell, every, previews: await packedPreviews(reads[at], every) });
      onProgress(at + 1, data.cells.length);
    }
    const packed = Buffer.from(zlibSync(encodeMessage({ ...data, cells }), { level: 1 }));
    const bytes = new Uint8Array(Buffer.from(shell(packed.toString('base64')), 'utf8'));
    if (bytes.length <= limit) return { name: `${name}.html`, type: 'text/html', bytes, every };
  }
  const megabytes = Math.round(limit / 1e6);
  throw new LabError('refused', `A page of this entry is larger than ${megabytes} MB; raise the limit.`);
}

async function packedPreviews(read: PreviewRead, every: number): Promise<Uint8Array[]> {
  const kept = keptSnapshots(every, read.epochs.length);
  const blocks: Uint8Array[] = [];
  for (let from = 0; from < kept.length; from += pageBlockLength) {
    const wanted = kept.slice(from, from + pageBlockLength);
    const block = await readPreviewBlock({
      cellId: read.cellId,
      from,
      epochs: wanted.map((snapshot) => read.epochs[snapshot]),
      places: { ...read.places, positions: wanted.map((snapshot) => read.places.positions[snapshot]) },
    });
    blocks.push(packPreviews(block));
  }
  return blocks;
}

/** The page around its data. Scripts other than its own, and anything from elsewhere, are forbidden by its policy. */
function pageShell(title: string): (data: string) => string {
  const folder = pageFolder();
  const script = readFileSync(join(folder, 'page.js'), 'utf8').replaceAll('</script', '<\\/script');
  const style = readFileSync(join(folder, 'page.css'), 'utf8').replaceAll('</style', '<\\/style');
  const digest = createHash('sha256').update(script).digest('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${digest}'`,
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    'font-src data:',
  ].join('; ');
  const head = [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8" />',
    `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    '<meta name="viewport" content="width=device-width, initial-scale=1" />',
    '<meta name="color-scheme" content="light dark" />',
    `<title>${escapeXml(title)} – Creasebook</title>`,
    `<style>${style}</style></head>`,
    '<body><div id="app"></div><noscript>This page needs JavaScript.</noscript>',
  ].join('\n');
  return (data) =>
    `${head}\n<script type="text/plain" id="entry-data">${data}</script>\n<script type="module">${script}</script></body></html>\n`;
}
