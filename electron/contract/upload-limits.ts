/** Limits of files that a page hands to the lab. */

/** Longest file that is taken in, in bytes. */
export const maxUploadBytes = 16 * 2 ** 30;

/** Longest piece that a file comes in, in bytes. */
export const maxPieceBytes = 2 * 2 ** 20;
