/** A file from elsewhere that cannot be read; the message is one line and says what was found. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}
