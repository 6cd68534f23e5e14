/** What can be wrong with bytes that claim to be part of an entry. */
export type EntryErrorCode =
  /** Ends before what it announces. */
  | 'truncated'
  /** Checksum or digest does not match. */
  | 'damaged'
  /** Not what the format says. */
  | 'malformed'
  /** More than the format's limits allow. */
  | 'too-large'
  /** A record type or dtype this version does not know. */
  | 'unknown-type'
  /** Written by a newer version. */
  | 'newer-version';

/** An error about an entry's content. The message says in one line what is wrong and where. */
export class EntryError extends Error {
  readonly code: EntryErrorCode;

  constructor(code: EntryErrorCode, message: string) {
    super(message);
    this.name = 'EntryError';
    this.code = code;
  }
}
