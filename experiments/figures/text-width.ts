/** Widths of texts in the figures' typeface, so that layouts need no font engine. */

/** Advance widths of Source Sans 3 Regular for U+0020 to U+007E, thousandths of an em. */
const asciiWidths = [
  200, 289, 426, 497, 497, 824, 609, 249, 303, 303, 418, 497, 249, 311, 249, 350, 497, 497, 497, 497, 497,
  497, 497, 497, 497, 497, 249, 249, 497, 497, 497, 425, 847, 543, 588, 571, 615, 527, 494, 617, 652, 263,
  479, 579, 486, 727, 647, 664, 566, 664, 569, 534, 536, 645, 515, 786, 513, 476, 539, 303, 350, 303, 497,
  500, 542, 504, 553, 456, 555, 496, 292, 504, 544, 246, 247, 495, 255, 829, 547, 542, 555, 555, 347, 419,
  338, 544, 467, 719, 446, 467, 425, 303, 241, 303, 497,
];
const semiboldRatio = 1.045;
const otherWidth = 560;
const wideWidth = 1000;
const ellipsis = '…';

/** The two weights that figures use. */
export type FontWeight = 400 | 600;

/** Width of a text in CSS pixels at a font size; an estimate outside of ASCII. */
export function textWidth(text: string, size: number, weight: FontWeight = 400): number {
  let sum = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0x20 && code <= 0x7e) sum += asciiWidths[code - 0x20];
    else sum += code >= 0x1100 ? wideCharacterWidth(code) : otherWidth;
  }
  return (sum / 1000) * size * (weight === 600 ? semiboldRatio : 1);
}

/** East Asian characters and emoji fill an em; punctuation and arrows between them do not. */
function wideCharacterWidth(code: number): number {
  return code >= 0x2000 && code < 0x2e80 ? otherWidth : wideWidth;
}

/**
 * Lines of at most `width` pixels, broken at spaces, after commas or within a word where it is longer than a line; at
 * most `most` lines, the last one then ends with an ellipsis. At least one line, perhaps empty.
 */
export function wrapText(
  text: string,
  width: number,
  size: number,
  weight: FontWeight = 400,
  most = Infinity,
): string[] {
  const fits = (line: string): boolean => textWidth(line, size, weight) <= width;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (fits(joined)) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (!fits(line) && [...line].length > 1 && lines.length <= most) {
      const longest = longestHead(line, fits);
      const head = longest.slice(0, longest.lastIndexOf(',') + 1) || longest;
      lines.push(head);
      line = line.slice(head.length);
    }
    if (lines.length > most) break;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  kept[most - 1] = shortenText(`${kept[most - 1]} ${ellipsis}`, width, size, weight);
  return kept;
}

/** The text, or as much of its beginning as fits with an ellipsis. */
export function shortenText(text: string, width: number, size: number, weight: FontWeight = 400): string {
  if (textWidth(text, size, weight) <= width) return text;
  const bare = text.endsWith(ellipsis) ? text.slice(0, -1).trimEnd() : text;
  return `${longestHead(bare, (head) => textWidth(head + ellipsis, size, weight) <= width).trimEnd()}${ellipsis}`;
}

/** Longest beginning that passes, at least one character. */
function longestHead(text: string, passes: (head: string) => boolean): string {
  const characters = [...text];
  let low = 1;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (passes(characters.slice(0, middle).join(''))) low = middle;
    else high = middle - 1;
  }
  return characters.slice(0, low).join('');
}
