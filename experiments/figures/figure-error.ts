/** A figure that cannot be drawn as asked for; the message is one line and says what is possible. */
export class FigureError extends Error {
  override readonly name = 'FigureError';
}
