import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { figureFile, gridDrawing } from '../../../electron/lab/exports/figure-file.ts';
import { FigureError } from '../../../experiments/figures/figure-error.ts';
import { pdfFromSvg } from '../../../experiments/figures/figure-pdf.ts';
import { figureOf } from './sample-figures.ts';

const facts = { title: 'Ring', subject: '', creator: 'Creasebook 0.1.0', date: new Date(0) };

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** Operators of the page, unpacked. */
function pageOf(bytes: Uint8Array): string {
  const [stream] = [...textOf(bytes).matchAll(/stream\n([^]*?)\nendstream/g)]
    .map(([, data]) => {
      try {
        return inflateSync(Buffer.from(data, 'latin1')).toString('latin1');
      } catch {
        return '';
      }
    })
    .filter((data) => data.includes(' Tf'));
  return stream;
}

test('a figure is one page of its size, with its pictures, two cut-down fonts and real text', async () => {
  const { bytes } = await figureFile(gridDrawing(figureOf()), 'pdf', 2);
  const text = textOf(bytes);
  expect(text.startsWith('%PDF-1.7')).toBe(true);
  expect(text.trimEnd().endsWith('%%EOF')).toBe(true);
  expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1);
  const svg = Buffer.from((await figureFile(gridDrawing(figureOf()), 'svg', 2)).bytes).toString();
  const [, width, height] = / width="([\d.]+)" height="([\d.]+)"/.exec(svg)!;
  const [, right, bottom] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(text)!;
  expect([Number(right), Number(bottom)]).toEqual([0.75 * Number(width), 0.75 * Number(height)]);
  // Cells that look alike share their picture.
  expect(text.match(/\/Subtype \/Image\b/g)!.length).toBeGreaterThanOrEqual(2);
  expect(text.match(/\/FontFile2?3? /g)).toHaveLength(2);
  expect(text).toContain('(Creasebook 0.1.0)');
  // One run of text or more for each of the figure's lines of text.
  expect(pageOf(bytes).match(/BT\b/g)!.length).toBeGreaterThanOrEqual(svg.match(/<text/g)!.length);
  expect(bytes.length).toBeLessThan(200_000);
});

test('the same figure gives the same bytes', async () => {
  expect(await figureFile(gridDrawing(figureOf()), 'pdf', 2)).toEqual(
    await figureFile(gridDrawing(figureOf()), 'pdf', 2),
  );
});

test.each([
  ['a page larger than PDF allows', '<svg width="20000" height="10"></svg>'],
  ['a figure without a size', '<svg></svg>'],
])('%s is refused', async (_, svg) => {
  await expect(pdfFromSvg(svg, [], facts)).rejects.toThrow(FigureError);
});
