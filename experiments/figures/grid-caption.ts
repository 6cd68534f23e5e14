/** The words below a comparison grid. */
import type { GridFigure } from './grid-figure.ts';
import { formatCount } from '../text/number-format.ts';

/** What pictures, dots and numbers are, as one paragraph. */
export function gridCaption(figure: GridFigure): string {
  const cells = figure.cells.flat().filter((cell) => cell !== null);
  const hasDots = cells.some((cell) => cell.image !== null && cell.data !== null);
  const hasScores = cells.some((cell) => cell.score !== null);
  const hasBaselines = cells.some((cell) => cell.baselines !== null);
  return [
    pictureSentence(figure),
    figure.hasCreases && figure.drawing !== 'layers'
      ? 'Lines are creases, the boundaries of polytopes on which the network is affine: pixels whose activation pattern differs from a neighbour’s, later layers and crowded creases fainter.'
      : '',
    figure.formula === null
      ? ''
      : `The true picture is the formula ${figure.formula}, x to the right and y down.`,
    hasDots ? `Dots are the training points${figure.outputs === 3 ? ' in their own colours' : ''}.` : '',
    hasScores ? scoreSentence(figure) : '',
    hasBaselines
      ? 'Baselines know the same points: the nearest one’s label (1-NN), kernel smoothing (kernel), the mean label (const.).'
      : '',
    hasScores ? 'Bars are root-mean-square errors from 0 on one scale; marks are the baselines.' : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function pictureSentence(figure: GridFigure): string {
  const { x0, y0, x1, y1 } = figure.view;
  const isWhole = x0 === 0 && y0 === 0 && x1 === 1 && y1 === 1;
  const where = isWhole ? 'over the unit square' : `over [${x0}, ${x1}] × [${y0}, ${y1}]`;
  switch (figure.drawing) {
    case 'prediction':
      return figure.outputs === 3
        ? `Pictures are the networks’ three outputs as red, green and blue ${where}, cut to 0–1.`
        : `Pictures are the networks’ output ${where}, cut to 0–1.`;
    case 'error':
      return `Pictures are the networks’ output minus the truth ${where}.`;
    case 'layers':
      return `Lines are creases ${where}, coloured by the first hidden layer whose activation pattern changes across them.`;
  }
}

function scoreSentence(figure: GridFigure): string {
  const { measured, isTruthKnown = true } = figure;
  if (!isTruthKnown)
    return 'MSE: mean squared error on validation points; nobody gave the true picture, so there is no true error and no IoU.';
  const overlap =
    figure.outputs === 1
      ? 'IoU: intersection over union of the black class (value below ½)'
      : 'IoU: intersection over union, mean over the truth’s colours';
  if (measured.length === 0) return `MSE: mean squared error against the true picture; ${overlap}.`;
  const ways = measured.map(({ pixels, stride }) =>
    stride === 1
      ? `all ${formatCount(pixels)} pixels of the true picture`
      : `${formatCount(pixels)} pixels of the true picture, every ${ordinal(stride)} in x and y`,
  );
  return `MSE: mean squared error against ${ways.join('; of cells without this measurement ')}; ${overlap}.`;
}

function ordinal(stride: number): string {
  if (stride === 2) return 'second';
  if (stride === 3) return 'third';
  return Number.isInteger(stride) ? `${formatCount(stride)}th` : `${stride}th`;
}

/** Sweep, entry, day and program in one line. */
export function gridProvenance(figure: GridFigure): string {
  const { sweep, entry, date, program } = figure.provenance;
  return [sweep === '' ? '' : `Sweep: ${sweep}`, entry === '' ? '' : `entry ${entry}`, date, program]
    .filter((part) => part !== '')
    .join('  ·  ');
}
