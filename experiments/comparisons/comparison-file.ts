/** comparisons/NAME.json: a small text that names cells of several entries; what they recorded stays where it is. */
import { z } from 'zod';
import { EntryError } from '../records/entry-error.ts';
import { maxCells } from '../sweeps/cell.ts';
import { bytesDigest } from '../records/digests.ts';

/** Most bytes of a comparison's file. */
export const maxComparisonBytes = 1 << 24;

const version = 1;
const axisName = z.string().min(1).max(100);

const schema = z.strictObject({
  format: z.literal('creasebook-comparison'),
  version: z.literal(version),
  title: z.string().trim().min(1).max(300),
  created: z.iso.datetime(),
  parts: z
    .array(
      z.strictObject({
        entry: z.string().regex(/^[0-9a-f]{8}$/),
        /** Ids, or every cell that the entry has when somebody looks. */
        cells: z.union([
          z.literal('all'),
          z
            .array(z.string().regex(/^[0-9a-f]{16}$/))
            .min(1)
            .max(maxCells),
        ]),
      }),
    )
    .min(1)
    .max(1000),
  layout: z.strictObject({ x: axisName.nullable(), y: axisName.nullable() }),
});

/** What a comparison keeps: which cells of which entries, and which axes run across and down; null leaves those to the cells. */
export type Comparison = Omit<z.infer<typeof schema>, 'format' | 'version'>;
/** Cells of one entry in a comparison. */
export type ComparisonPart = Comparison['parts'][number];

/** The text of a comparison's file. */
export function comparisonText({ title, created, parts, layout }: Comparison): string {
  const content = { format: 'creasebook-comparison', version, title, created, parts, layout };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** The comparison that a file's bytes hold. Throws EntryError 'malformed', 'newer-version', 'too-large'. */
export function parseComparison(bytes: Uint8Array): Comparison {
  if (bytes.length > maxComparisonBytes)
    throw new EntryError('too-large', `the comparison has ${bytes.length} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new EntryError('malformed', 'the comparison is not JSON');
  }
  const { format, version: found } = (value ?? {}) as { format?: unknown; version?: unknown };
  if (format === 'creasebook-comparison' && typeof found === 'number' && found > version)
    throw new EntryError('newer-version', `the comparison has version ${found}, newer than ${version}`);
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new EntryError('malformed', `${issue.path.join('.') || 'the comparison'}: ${issue.message}`);
  }
  const { title, created, parts, layout } = parsed.data;
  return { title, created, parts, layout };
}

/** Whether a comparison may be called so: lower-case letters, digits and dashes. */
export function isComparisonName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,99}$/.test(name);
}

/** The id by which addresses name a comparison: 8 hexadecimal digits that follow from its name. */
export function comparisonId(name: string): string {
  return bytesDigest(new TextEncoder().encode(`comparison ${name}`)).slice(0, 8);
}
