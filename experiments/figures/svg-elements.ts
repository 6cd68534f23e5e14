/** SVG as text: elements with checked numbers and escaped strings. */
import type { FontWeight } from './text-width.ts';

/** Attributes of an SVG element. */
export type Attributes = Readonly<Record<string, string | number>>;

/** An element with attributes and children that are SVG already. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const parts = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? coordinate(value) : escapeXml(value)}"`,
  );
  const open = `<${name}${parts.join('')}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`;
}

/** A number with at most two decimals. Throws RangeError unless it is finite: such a figure would not open. */
export function coordinate(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`a coordinate must be finite, is ${value}`);
  return String(Math.round(value * 100) / 100 + 0);
}

/** Text for element content and attribute values; characters that XML 1.0 forbids become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** How a text is set; size in units of the figure. */
export interface TextStyle {
  readonly size: number;
  readonly weight?: FontWeight;
  readonly fill: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** One line of text with its baseline at y; empty for an empty line. */
export function textLine(x: number, y: number, content: string, style: TextStyle): string {
  if (content === '') return '';
  const attributes: Record<string, string | number> = { x, y, 'font-size': style.size, fill: style.fill };
  if (style.weight === 600) attributes['font-weight'] = 600;
  if (style.anchor !== undefined && style.anchor !== 'start') attributes['text-anchor'] = style.anchor;
  return element('text', attributes, escapeXml(content));
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of bytes (RFC 4648, section 4). */
export function base64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += 3072) {
    let piece = '';
    const end = Math.min(bytes.length, start + 3072);
    for (let at = start; at < end; at += 3) {
      const rest = end - at;
      const triple =
        (bytes[at] << 16) | ((rest > 1 ? bytes[at + 1] : 0) << 8) | (rest > 2 ? bytes[at + 2] : 0);
      piece += digits[triple >> 18] + digits[(triple >> 12) & 63];
      piece += (rest > 1 ? digits[(triple >> 6) & 63] : '=') + (rest > 2 ? digits[triple & 63] : '=');
    }
    pieces.push(piece);
  }
  return pieces.join('');
}
