/** Sweep files from bytes. */
import { SweepError } from './sweep-error.ts';

/** The text of a sweep file. Throws SweepError where it is not UTF-8. */
export function sweepText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const first = bytes.findIndex((byte) => byte >= 0x80);
    const line = bytes.subarray(0, first).filter((byte) => byte === 10).length + 1;
    throw new SweepError('the file is not UTF-8 text, save it as UTF-8', line);
  }
}

/** The lines of comment that a sweep file begins with, without their signs. */
export function leadingComment(text: string): string[] {
  const [comment = ''] = /^(?:#.*\n)*/.exec(text) ?? [];
  return comment.split('\n').flatMap((line) => (line === '' ? [] : [line.replace(/^# ?/, '')]));
}
