/** Beside the grid: the truth, the colour scale, the key to the dots. */
import type { BaselineName } from '../diagnostics/baselines.ts';
import { hexColour, type ColourMapName } from '../drawing/colour-map.ts';
import type { GridFigure } from './grid-figure.ts';
import { hasScale, type GridLayout } from './grid-layout.ts';
import { baselineMark } from './grid-scores.ts';
import { axisSize, frameInk, ink, keyLeading, scaleHeight, secondInk, valueSize } from './grid-style.ts';
import { pictureElement } from './picture-element.ts';
import { coordinate, element, textLine } from './svg-elements.ts';
import { dotColours } from './point-dots.ts';

const barHeight = 9;
const gradientSteps = 32;
/** A colour scale: a map, its label and ticks at positions in [0, 1]. */
interface Scale {
  readonly map: ColourMapName;
  readonly label: string;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** The scale of a figure's pictures. */
function scaleOf(figure: GridFigure): Scale {
  if (figure.drawing === 'error') {
    const ticks = ['−1', '0', '1'].map((text, index) => ({ at: index / 2, text }));
    return { map: 'error', label: 'prediction − truth', ticks };
  }
  if (figure.drawing === 'layers') {
    const ticks = [
      { at: 0, text: 'first' },
      { at: 1, text: 'last' },
    ];
    return { map: 'layers', label: 'hidden layer of the crease', ticks };
  }
  const ticks = ['0', '0.5', '1'].map((text, index) => ({ at: index / 2, text }));
  return { map: figure.map, label: 'prediction', ticks };
}

/** SVG of the panel: the truth level with the first row of pictures, scale and key below it. */
export function gridSide(figure: GridFigure, layout: GridLayout): string {
  const { x, y, width } = layout.side;
  const { picture } = layout;
  const parts: string[] = [];
  let below = y;
  if (figure.truth !== null) {
    const title = { size: valueSize, weight: 600, fill: ink, anchor: 'middle' } as const;
    const panel = { x, y, ...picture };
    parts.push(
      textLine(x + picture.width / 2, layout.header.valueY, 'truth', title),
      pictureElement(figure.truth, panel),
      element('rect', { ...panel, fill: 'none', stroke: frameInk, 'stroke-width': 0.6 }),
    );
    below = y + picture.height + 12;
  }
  if (hasScale(figure)) {
    parts.push(colourBar(scaleOf(figure), x, below, figure.truth === null ? width : picture.width));
    below += scaleHeight;
  }
  layout.keys.forEach((key, index) => {
    const line = below + 7 + index * keyLeading;
    parts.push(key === 'dots' ? dotKey(x, line) : markKey(x, line));
  });
  return element('g', {}, ...parts);
}

function colourBar(scale: Scale, x: number, y: number, width: number): string {
  const stops = Array.from({ length: gradientSteps + 1 }, (_, step) => {
    const at = step / gradientSteps;
    return element('stop', { offset: `${coordinate(100 * at)}%`, 'stop-color': hexColour(scale.map, at) });
  });
  const ticks = scale.ticks.map(({ at, text }) => {
    const tickX = x + at * width;
    const anchor = at === 0 ? 'start' : at === 1 ? 'end' : 'middle';
    return (
      element('path', {
        d: `M${coordinate(tickX)} ${coordinate(y + barHeight)}v3`,
        stroke: frameInk,
        'stroke-width': 0.8,
      }) + textLine(tickX, y + barHeight + 13.5, text, { size: axisSize - 0.5, fill: secondInk, anchor })
    );
  });
  return (
    element('defs', {}, element('linearGradient', { id: 'colour-scale' }, ...stops)) +
    element('rect', {
      x,
      y,
      width,
      height: barHeight,
      fill: 'url(#colour-scale)',
      stroke: frameInk,
      'stroke-width': 0.6,
    }) +
    ticks.join('') +
    textLine(x + width / 2, y + barHeight + 27, scale.label, {
      size: axisSize,
      fill: secondInk,
      anchor: 'middle',
    })
  );
}

const keyStyle = { size: axisSize - 0.5, fill: secondInk };

/** Training points by label in one line. */
function dotKey(x: number, line: number): string {
  const dot = (at: number, colour: number): string => {
    const { fill, stroke } = dotColours(colour);
    const rim = colour === 0 ? frameInk : stroke;
    return element('circle', { cx: at, cy: line - 3.5, r: 2.4, fill, stroke: rim, 'stroke-width': 0.7 });
  };
  return dot(x + 4, 0xffffff) + dot(x + 12, 0x000000) + textLine(x + 20, line, 'training points', keyStyle);
}

/** Marks of the baselines in one line. */
function markKey(x: number, line: number): string {
  const marks: readonly [BaselineName, string, number][] = [
    ['nearest', '1-NN', 4],
    ['smoothing', 'kernel', 42],
    ['constant', 'const.', 86],
  ];
  return marks
    .map(
      ([name, label, at]) =>
        baselineMark(name, x + at, line - 3.5) + textLine(x + at + 7, line, label, keyStyle),
    )
    .join('');
}
