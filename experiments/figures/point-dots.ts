/** Training points as vector dots, small files even with thousands of them. */
import type { TrainingData, View } from '../engines/engine.ts';
import { coordinate, element } from './svg-elements.ts';

/** Where points are drawn, CSS pixels. */
export interface Panel {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Labels are drawn in so many steps a channel. */
const labelSteps = 8;

/** Radius of a dot, CSS pixels: a fixed share of the points' mean spacing within bounds that keep them visible. */
export function pointRadius(points: number, width: number, height: number): number {
  const spacing = Math.sqrt((width * height) / Math.max(1, points));
  return Math.min(1.7, Math.max(0.28, 0.145 * spacing));
}

/**
 * Dots cut off at the panel's edges, one path for each label's colour: a fill in that colour with a thin rim that
 * stands out from it, fainter where there are many. `id` is unique in the document.
 */
export function trainingPoints(data: TrainingData, view: View, panel: Panel, id: string): string {
  const radius = pointRadius(data.coordinates.length / 2, panel.width, panel.height);
  const rim = 0.35 * radius + 0.09;
  const paths = [...pointGroups(data, view, panel)].map(([colour, path], index) => {
    const { fill, stroke } = dotColours(colour);
    const name = `${id}-${index}`;
    const href = `#${name}`;
    return (
      element('defs', {}, element('path', { id: name, d: path })) +
      element('use', { href, stroke, 'stroke-width': 2 * (radius + rim) }) +
      element('use', { href, stroke: fill, 'stroke-width': 2 * radius })
    );
  });
  const group = {
    fill: 'none',
    'stroke-linecap': 'round',
    'stroke-opacity': Math.min(0.95, 0.45 + 0.3 * radius),
  };
  return element('svg', { ...panel }, element('g', group, ...paths));
}

/** Path data by label colour 0xRRGGBB, dark labels last so that they lie on top. */
function pointGroups(data: TrainingData, view: View, panel: Panel): Map<number, string> {
  const count = data.coordinates.length / 2;
  const outputs = count > 0 ? data.labels.length / count : 1;
  const groups = new Map<number, string[]>();
  for (let point = 0; point < count; point++) {
    const x = (data.coordinates[2 * point] - view.x0) / (view.x1 - view.x0);
    const y = (data.coordinates[2 * point + 1] - view.y0) / (view.y1 - view.y0);
    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) continue;
    const colour = labelColour(data.labels, point * outputs, outputs);
    // A line of no length with round caps is a dot in a dozen characters.
    const dot = `M${tenths(x * panel.width)} ${tenths(y * panel.height)}h0`;
    const group = groups.get(colour);
    if (group === undefined) groups.set(colour, [dot]);
    else group.push(dot);
  }
  const sorted = [...groups].sort(([a], [b]) => b - a);
  return new Map(sorted.map(([colour, dots]) => [colour, dots.join('')]));
}

function tenths(value: number): string {
  return coordinate(Math.round(value * 10) / 10);
}

function labelColour(labels: Float32Array, at: number, outputs: number): number {
  let colour = 0;
  for (let channel = 0; channel < 3; channel++) {
    const label = labels[at + (outputs === 3 ? channel : 0)];
    const step = Math.round(Math.min(1, Math.max(0, label)) * (labelSteps - 1));
    colour = (colour << 8) | Math.round((255 * step) / (labelSteps - 1));
  }
  return colour;
}

/** Fill and rim of a dot: light fills have a dark rim and the other way round. */
export function dotColours(colour: number): { fill: string; stroke: string } {
  const luma = 0.299 * (colour >> 16) + 0.587 * ((colour >> 8) & 255) + 0.114 * (colour & 255);
  const fill = `#${colour.toString(16).padStart(6, '0')}`;
  return { fill, stroke: luma > 127.5 ? '#46637f' : '#ffffff' };
}
