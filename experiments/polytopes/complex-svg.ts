/** A complex as an SVG drawing: creases by layer, their opacity by the jump in slope, and a level set. */
import { hexColour } from '../drawing/colour-map.ts';
import { foldLabel, neuronStride, type Complex } from './complex.ts';
import { creaseStrengths } from './crease-opacity.ts';
import { creasePaths } from './crease-paths.ts';
import { levelSet } from './level-set.ts';

/** How large a complex is drawn, and how many bytes that may take. */
export interface SvgOptions {
  /** Width of the drawing in pixels, by default 1000; the height follows from the view. */
  readonly width?: number;
  /** Level to draw of the first output; null: none. By default 0.5. */
  readonly level?: number | null;
  /** Maximum number of bytes of the text, by default 20 million. */
  readonly maxBytes?: number;
}

/** A complex as SVG, and how much of it was left out. */
export interface ComplexSvg {
  readonly svg: string;
  /** Crease edges that are in the drawing. */
  readonly drawn: number;
  /** Crease edges that are not, because of the size limit or because their jump in slope is too small to be seen. */
  readonly omitted: number;
  /** What was left out because of the size limit, and what to do about it; null where nothing was. */
  readonly message: string | null;
}

/** Drawing units in a view's width: a hundredth of a pixel at 1000 pixels. */
const units = 100_000;
const opacityClasses = 8;

/** The drawing; opens in browsers and in Inkscape, where every hidden layer is a layer. */
export function complexSvg(complex: Complex, options: SvgOptions = {}): ComplexSvg {
  const { width = 1000, level = 0.5, maxBytes = 20_000_000 } = options;
  if (!(width >= 1 && width <= 32767)) throw new RangeError(`Width ${width} is outside [1, 32767].`);
  const visible = visibleCreases(complex);
  const levelPath = level === null ? '' : levelPathElement(complex, level, width);
  let drawn = visible.edges.length;
  for (;;) {
    const message = drawn < visible.edges.length ? limitMessage(drawn, visible.creases, maxBytes) : null;
    const svg = document(complex, visible, drawn, width, levelPath, message);
    if (svg.length <= maxBytes || drawn === 0)
      return { svg, drawn, omitted: visible.creases - drawn, message };
    drawn = Math.floor(drawn * Math.min(0.95, (0.95 * maxBytes) / svg.length));
  }
}

function limitMessage(drawn: number, creases: number, maxBytes: number): string {
  return `Only the ${drawn.toLocaleString('en')} strongest of ${creases.toLocaleString('en')} crease edges are drawn, to stay below ${maxBytes.toLocaleString('en')} bytes. Choose a smaller view or a larger limit.`;
}

function document(
  complex: Complex,
  visible: VisibleCreases,
  drawn: number,
  width: number,
  levelPath: string,
  message: string | null,
): string {
  const { view, edgeLabels } = complex;
  const { classes } = visible;
  const ratio = (view.y1 - view.y0) / (view.x1 - view.x0);
  const height = Math.max(1, Math.round(units * ratio));
  const edges = visible.edges
    .slice(0, drawn)
    .sort((a, b) => edgeLabels[a] - edgeLabels[b] || classes[a] - classes[b] || a - b);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="${width}" height="${round(width * ratio)}" viewBox="0 0 ${units} ${height}">`,
    `<title>Polytopes of a network, hidden layers: ${complex.network.shape.hidden.length}</title>`,
    `<desc>${description(complex, message)}</desc>`,
    `<rect width="${units}" height="${height}" fill="#ffffff"/>`,
    `<g fill="none" stroke-width="${round((0.6 * units) / width)}" stroke-linecap="round" stroke-linejoin="round">`,
    ...layerGroups(complex, edges, classes),
    '</g>',
    ...(levelPath === '' ? [] : [levelPath]),
    '</svg>',
    '',
  ].join('\n');
}

function description(complex: Complex, message: string | null): string {
  const { view, regionCount } = complex;
  const place = `${regionCount.toLocaleString('en')} regions in [${view.x0}, ${view.x1}] x [${view.y0}, ${view.y1}].`;
  return message === null ? place : `${place} ${message}`;
}

interface VisibleCreases {
  /** Visible crease edges, the strongest (jump times length) first. */
  readonly edges: Int32Array;
  /** uint8 [E]: opacity class of every edge, 1 to 8; 0 where it cannot be seen. */
  readonly classes: Uint8Array;
  /** All crease edges. */
  readonly creases: number;
}

/** Creases by strength, with the classes of their opacity: nothing is drawn below 1 / 65536 of the jump that is drawn fully. */
function visibleCreases(complex: Complex): VisibleCreases {
  const { edgeCount, edgeLabels } = complex;
  const { jumps, lengths, opacities } = creaseStrengths(complex);
  const strengths = jumps.map((jump, edge) => jump * lengths[edge]);
  const classes = new Uint8Array(edgeCount);
  const edges = new Int32Array(edgeCount);
  let count = 0;
  let creases = 0;
  for (let edge = 0; edge < edgeCount; edge++) {
    if (edgeLabels[edge] < 0 && edgeLabels[edge] !== foldLabel) continue;
    creases++;
    classes[edge] = Math.round(opacityClasses * opacities[edge]);
    if (classes[edge] > 0) edges[count++] = edge;
  }
  return { edges: edges.slice(0, count).sort((a, b) => strengths[b] - strengths[a]), classes, creases };
}

/** One group a layer, in it one path an opacity class. */
function layerGroups(complex: Complex, edges: Int32Array, classes: Uint8Array): string[] {
  const depth = complex.network.shape.hidden.length;
  /** Folds of the inputs lie behind the layers. */
  const paths = Array.from({ length: depth + 1 }, () => new Array<string>(opacityClasses + 1).fill(''));
  const points = drawingPoints(complex);
  for (let start = 0; start < edges.length;) {
    const label = complex.edgeLabels[edges[start]];
    const opacity = classes[edges[start]];
    let end = start;
    while (end < edges.length && complex.edgeLabels[edges[end]] === label && classes[edges[end]] === opacity)
      end++;
    const data = creasePaths(complex, edges.subarray(start, end)).map((path) => pathData(points, path));
    paths[label < 0 ? depth : Math.floor(label / neuronStride)][opacity] += data.join('');
    start = end;
  }
  const hasFolds = paths[depth].some((data) => data !== '');
  return paths
    .slice(0, hasFolds ? depth + 1 : depth)
    .flatMap((byClass, layer) => [
      layer === depth
        ? '<g id="folds" inkscape:groupmode="layer" inkscape:label="folds of the inputs" stroke="#808080">'
        : `<g id="layer-${layer + 1}" inkscape:groupmode="layer" inkscape:label="layer ${layer + 1}" stroke="${hexColour('layers', depth > 1 ? layer / (depth - 1) : 0)}">`,
      ...byClass.flatMap((data, opacity) =>
        data === '' ? [] : [`<path stroke-opacity="${opacity / opacityClasses}" d="${data}"/>`],
      ),
      '</g>',
    ]);
}

/** Vertices in drawing units: int32 [V, 2]. */
function drawingPoints({ positions, view }: Complex): Int32Array {
  const scale = units / (view.x1 - view.x0);
  const points = new Int32Array(positions.length);
  for (let at = 0; at < points.length; at += 2) {
    points[at] = Math.round((positions[at] - view.x0) * scale);
    points[at + 1] = Math.round((positions[at + 1] - view.y0) * scale);
  }
  return points;
}

function pathData(points: Int32Array, path: readonly number[]): string {
  let [x, y] = [points[2 * path[0]], points[2 * path[0] + 1]];
  let data = `M${x} ${y}l`;
  for (let i = 1; i < path.length; i++) {
    const dx = points[2 * path[i]] - x;
    const dy = points[2 * path[i] + 1] - y;
    data += `${i > 1 && dx >= 0 ? ' ' : ''}${dx}${dy >= 0 ? ' ' : ''}${dy}`;
    x += dx;
    y += dy;
  }
  return data;
}

function levelPathElement(complex: Complex, level: number, width: number): string {
  const { segments } = levelSet(complex, level);
  const { x0, y0, x1 } = complex.view;
  const scale = units / (x1 - x0);
  let data = '';
  for (let at = 0; at < segments.length; at += 4) {
    const [ax, ay, bx, by] = segments.subarray(at, at + 4);
    data += `M${Math.round((ax - x0) * scale)} ${Math.round((ay - y0) * scale)}L${Math.round((bx - x0) * scale)} ${Math.round((by - y0) * scale)}`;
  }
  return `<path id="level" inkscape:label="level ${level}" fill="none" stroke="#1a9641" stroke-width="${round((1.4 * units) / width)}" stroke-linecap="round" d="${data}"/>`;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
