/** What a comparison does not show, in words. */
import type { ComparisonFacts } from '../../electron/contract/entries.ts';
import { axisText } from '../../experiments/text/axis-text.ts';
import { counted } from './number-text.ts';

/** Most missing cells that are named. */
const mostNamed = 5;

/** A sentence for each thing that whoever reads the comparison has to know. */
export function comparisonRemarks({ missing, repeated, together }: ComparisonFacts): string[] {
  const more = missing.length > mostNamed ? ` and ${missing.length - mostNamed} more` : '';
  return [
    missing.length === 0 ? '' : `Not in the notebook: ${missing.slice(0, mostNamed).join(', ')}${more}.`,
    repeated === 0
      ? ''
      : `${counted(repeated, 'cell')} of several entries ${repeated === 1 ? 'is' : 'are'} shown once.`,
    together.length === 0
      ? ''
      : `The entries differ in several settings together (${together.map(axisText).join(', ')}): no single one of them explains a difference.`,
  ].filter((text) => text !== '');
}
