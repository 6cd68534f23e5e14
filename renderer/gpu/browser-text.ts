/** Which browser this is, with as much of its version as it tells: "Chromium 143.0.7499.40". */
export function browserText(userAgent: string): string {
  const version = /Chrom(?:e|ium)\/([\d.]+)/.exec(userAgent)?.[1];
  return version === undefined ? 'a browser of unknown version' : `Chromium ${version}`;
}
