/** Texts under a digest of their own, so that one whose bytes have changed is not taken for what was written. */
import { textDigest } from './digests.ts';

/** The text under a line that holds its title and its SHA-256. */
export function digestedText(title: string, text: string): string {
  return `# ${title} ${textDigest(text)}\n${text}`;
}

/** The text as it was written; null where it has changed, is cut, or stands under another title. */
export function maybeDigestedText(title: string, written: string): string | null {
  const text = written.slice(written.indexOf('\n') + 1);
  return written === digestedText(title, text) ? text : null;
}
