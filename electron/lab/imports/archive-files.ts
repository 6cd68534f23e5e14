/** The files of an entry that travel in an archive, and what an archive may hold. */
import { crateFileName } from '../../../experiments/archives/crate-metadata.ts';

const kept = [
  /^entry\.json$/,
  /^cells\.(?:json|index)$/,
  /^notes\.md$/,
  /^sweep\.yaml$/,
  /^(?:findings\.log|verdicts\.json)$/,
  /^targets\/[0-9a-f]{8,128}\.png$/,
  /^cells\/[0-9a-f]{16}\/(?:records|previews)$/,
  /^cells\/[0-9a-f]{16}\/measures\/[a-z]{1,20}\.csv$/,
  /^cells\/[0-9a-f]{16}\/weights\/epoch-\d{1,10}\.safetensors$/,
];
/** Made again from the records wherever an archive is opened. */
const made = /^cells\/[0-9a-f]{16}\/metrics\.parquet$/;
/** What other programs put into archives and an entry has no use for. */
const companions = [crateFileName, 'ro-crate-preview.html', `${crateFileName}.minisig`];

/** What becomes of a file of an archive: kept as it is, made anew, passed over; undefined where it has no business there. */
export function fateOf(path: string): 'kept' | 'made' | 'passed' | undefined {
  if (kept.some((pattern) => pattern.test(path))) return 'kept';
  if (made.test(path)) return 'made';
  return companions.includes(path) ? 'passed' : undefined;
}
