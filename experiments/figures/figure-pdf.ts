/** Figures as PDF: one page with real text, lines and embedded pictures. */
import { FigureError } from './figure-error.ts';
import type { FittedFont } from './fitted-fonts.ts';
import type { FontWeight } from './text-width.ts';

/** A font file of the figures' typeface that can be cut down to the letters in use: WOFF or TrueType. */
export interface PdfFont {
  readonly weight: FontWeight;
  readonly bytes: Uint8Array;
}

/** The font of a PDF for the family that a text names, by the names that were registered. */
function fontName(family: string, isBold: boolean, fitted: ReadonlySet<string>): string {
  return fitted.has(family) ? family : isBold ? '600' : '400';
}

/** What a PDF says about itself. */
export interface PdfFacts {
  readonly title: string;
  readonly subject: string;
  /** The program that made it. */
  readonly creator: string;
  readonly date: Date;
}

/** A CSS pixel in points. */
const pixel = 0.75;
/** PDF 1.7, annex C: longest side of a page in points. */
const maxSide = 14_400;

/**
 * PDF of an SVG figure whose width and height are CSS pixels; deterministic. Throws FigureError where the page would be too
 * large, or where something of the figure cannot be drawn.
 */
export async function pdfFromSvg(
  svg: string,
  fonts: readonly (PdfFont | FittedFont)[],
  { title, subject, creator, date }: PdfFacts,
): Promise<Uint8Array<ArrayBuffer>> {
  const size = /^<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg);
  if (size === null) throw new FigureError('the figure does not state its width and height');
  const [width, height] = [pixel * Number(size[1]), pixel * Number(size[2])];
  if (Math.max(width, height) > maxSide) {
    throw new FigureError('the figure is too large for a PDF page: take smaller cells or SVG');
  }
  // What lays out PDF takes longer to load than most commands run.
  const [{ default: PdfDocument }, { default: drawSvg }] = await Promise.all([
    import('pdfkit'),
    import('svg-to-pdfkit'),
  ]);
  const document = new PdfDocument({
    size: [width, height],
    margin: 0,
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    // No standard font is looked up.
    font: null as unknown as string,
    info: {
      Title: title,
      Subject: subject,
      Creator: creator,
      Producer: 'PDFKit',
      CreationDate: date,
    },
  });
  const fitted = new Set<string>();
  for (const font of fonts) {
    if ('sfnt' in font) {
      fitted.add(font.family);
      document.registerFont(font.family, font.sfnt);
    } else document.registerFont(String(font.weight), font.bytes);
  }
  const chunks: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    document.on('end', resolve);
    document.on('error', reject);
  });
  const problems: string[] = [];
  drawSvg(document, svg, 0, 0, {
    width,
    height,
    fontCallback: (family, bold) => fontName(family, bold, fitted),
    warningCallback: (message) => problems.push(message),
  });
  if (problems.length > 0) throw new FigureError(`the figure cannot be drawn as PDF: ${problems[0]}`);
  document.end();
  await ended;
  return joined(chunks);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
