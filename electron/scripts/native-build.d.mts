/** Types of native-build.mjs. */

/** Flags of a source for GCC and Clang, and for MSVC. */
export type SourceFlags = readonly [gnu: readonly string[], msvc: readonly string[]];

/** Folder of the sources. */
export const sourceFolder: string;

/** The sources for a processor's family with a compiler's flags; null for families without kernels. */
export function sourcesFor(arch: string): Readonly<Record<string, SourceFlags>> | null;

/** Arguments that compile a source to an object; `more` are flags of the caller. */
export function compileArguments(
  isMsvc: boolean,
  flags: SourceFlags,
  source: string,
  object: string,
  more?: readonly string[],
): string[];

/** Arguments that link objects to a module. */
export function linkArguments(
  isMsvc: boolean,
  objects: readonly string[],
  target: string,
  more?: readonly string[],
): string[];

/** The compiler: CXX, or the first that answers; null where there is none. */
export function findCompiler(): { readonly command: string; readonly isMsvc: boolean } | null;
