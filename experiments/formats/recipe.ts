/** Recipes: what a picture was made from, carried inside the picture. */
import { z } from 'zod';
import { ImportError } from './import-error.ts';

/** Maximum size of a recipe that is written or read, in bytes of UTF-8. */
export const maxRecipeLength = 256 * 1024;

const line = z.string().max(1000);

const recipeSchema = z.object({
  format: z.literal('creasebook recipe'),
  version: z.literal(1),
  /** Version of the program that drew the picture. */
  program: line,
  /** What was drawn, e.g. "grid", "frame" or "chart", and how. */
  drawing: z.object({
    kind: z.enum(['grid', 'frame', 'chart', 'map']),
    options: z.record(line, z.union([line, z.number()])),
  }),
  /** The entry; null for pictures of foreign weights. */
  entry: z.object({ id: line, title: line }).nullable(),
  /** Cells in the order of drawing, with the epoch each one really shows; null where it shows none. */
  cells: z.array(z.object({ id: line, label: line, epoch: z.number().int().min(0).nullable() })).max(4096),
  /** The sweep file as the person wrote it (YAML). */
  sweep: z.string().max(maxRecipeLength).nullable(),
});

/** How a picture was made, kept in the picture. */
export type Recipe = Readonly<z.infer<typeof recipeSchema>>;

/** JSON of a recipe in one line. Throws RangeError where it is longer than 256 KiB. */
export function encodeRecipe(recipe: Recipe): string {
  const text = JSON.stringify(recipe);
  if (new TextEncoder().encode(text).length > maxRecipeLength) {
    throw new RangeError(`a recipe has at most ${maxRecipeLength} bytes`);
  }
  return text;
}

/** The recipe in a JSON text from a picture. Throws ImportError where it is none or from a newer format. */
export function parseRecipe(text: string): Recipe {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ImportError('the recipe in the picture is not JSON');
  }
  const result = recipeSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ImportError(`the recipe in the picture cannot be read: ${issue.path.join('.')} ${issue.message}`);
}
