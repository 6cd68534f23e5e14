/** Limits of files that a page hands to the lab. */

/** Longest file that is taken in, in bytes. */
export const longestUpload = 16 * 2 ** 30;

/** Longest piece that a file comes in, in bytes. */
export const longestPiece = 2 * 2 ** 20;
