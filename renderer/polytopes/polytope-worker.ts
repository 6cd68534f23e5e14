/**
 * Extracts exact polytopes and draws them, off the main thread. The newest request wins: one that is under way is given
 * up for another network at once, for another view only if it takes long, so that dragging always shows something new.
 */
import kernelUrl from '../../dist/kernels/geometry.wasm?url';
import type { View } from '../../experiments/engines/engine.ts';
import type { Network } from '../../experiments/network/shape.ts';
import { smallerThanPixel } from '../../experiments/polytopes/complex-statistics.ts';
import { sideFigures } from '../../experiments/polytopes/side-shares.ts';
import { extractComplexInSteps } from '../../experiments/polytopes/extract-complex.ts';
import { ExtractionError } from '../../experiments/polytopes/extraction-error.ts';
import { regionDetails } from '../../experiments/polytopes/region-details.ts';
import { RegionLocator } from '../../experiments/polytopes/region-locator.ts';
import { sameView } from '../model/view-rectangle.ts';
import { PaintedComplex } from './complex-paint.ts';
import type { FromPolytopeWorker, PolytopeDrawing, ToPolytopeWorker } from './polytope-protocol.ts';

/** A page has to live beside other pages: less than the command line may use. */
const budget = { regions: 600_000, bytes: 900_000_000 };
/** An extraction that is no longer wanted may still finish within this time. */
const timeoutMs = 100;
const progressMs = 100;
const maxNetworks = 8;

interface Extracted {
  readonly network: string;
  readonly view: View;
  readonly painted: PaintedComplex;
  locator: RegionLocator | null;
}

interface Request {
  readonly id: number;
  readonly drawing: PolytopeDrawing;
}

const kernel = WebAssembly.compileStreaming(fetch(kernelUrl));
const networks = new Map<string, Network>();
let extracted: Extracted | null = null;
let waiting: Request | null = null;
let atWork: { readonly request: Request; readonly since: number; aborted: boolean } | null = null;

const channel = new MessageChannel();
let resume: () => void = () => undefined;
channel.port1.onmessage = () => resume();

/** Lets messages in. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    resume = resolve;
    channel.port2.postMessage(null);
  });
}

function send(message: FromPolytopeWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

self.addEventListener('message', ({ data }: MessageEvent<ToPolytopeWorker>) => {
  switch (data.kind) {
    case 'network':
      networks.delete(data.key);
      networks.set(data.key, data.network);
      for (const oldest of networks.keys()) if (networks.size > maxNetworks) networks.delete(oldest);
      return;
    case 'stop':
      waiting = null;
      if (atWork !== null) atWork.aborted = true;
      return;
    case 'draw':
      waiting = data;
      if (atWork !== null && !isWorthFinishing(atWork, data.drawing)) atWork.aborted = true;
      void work();
      return;
    case 'probe':
      send({ kind: 'region', id: data.id, region: probed(data.network, data.x, data.y) });
  }
});

function isWorthFinishing(
  { request, since }: { readonly request: Request; readonly since: number },
  next: PolytopeDrawing,
): boolean {
  if (request.drawing.network !== next.network) return false;
  return sameView(request.drawing.view, next.view) || performance.now() - since < timeoutMs;
}

async function work(): Promise<void> {
  if (atWork !== null) return;
  while (waiting !== null) {
    const request: Request = waiting;
    waiting = null;
    atWork = { request, since: performance.now(), aborted: false };
    try {
      await draw(request, atWork);
    } catch (error) {
      const isGivenUp = error instanceof ExtractionError && error.code === 'aborted';
      const message = error instanceof Error ? error.message : String(error);
      if (!isGivenUp) send({ kind: 'refused', id: request.id, message });
    }
    atWork = null;
    await pause();
  }
}

async function draw({ id, drawing }: Request, signal: { readonly aborted: boolean }): Promise<void> {
  const { width, height, style, lineWidth } = drawing;
  const start = performance.now();
  const isKnown = extracted?.network === drawing.network && sameView(extracted.view, drawing.view);
  const { painted } = isKnown && extracted !== null ? extracted : await extract(id, drawing, signal);
  const extractionMs = isKnown ? 0 : performance.now() - start;
  const { complex } = painted;
  const pixels = painted.paint(width, height, style, lineWidth);
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
  const bitmap = await createImageBitmap(image);
  const facts = {
    regions: complex.regionCount,
    vertices: complex.vertexCount,
    edges: complex.edgeCount,
    belowPixel: smallerThanPixel(complex, width, height),
    sides: sideFigures(complex),
    extractionMs,
    totalMs: performance.now() - start,
  };
  send({ kind: 'picture', id, bitmap, facts }, [bitmap]);
}

async function extract(
  id: number,
  { network: key, view }: PolytopeDrawing,
  signal: { readonly aborted: boolean },
): Promise<Extracted> {
  const network = networks.get(key);
  if (network === undefined) throw new Error('The network of these polytopes is not here.');
  let told = performance.now();
  const complex = await extractComplexInSteps(network, view, {
    kernel: await kernel,
    budget,
    signal,
    pause,
    onProgress: ({ done, regions }) => {
      if (performance.now() - told < progressMs) return;
      told = performance.now();
      send({ kind: 'progress', id, done, regions });
    },
  });
  extracted = { network: key, view, painted: new PaintedComplex(complex), locator: null };
  return extracted;
}

function probed(key: string, x: number, y: number): ReturnType<typeof regionDetails> {
  if (extracted?.network !== key) return null;
  const { complex, strengths } = extracted.painted;
  extracted.locator ??= new RegionLocator(complex);
  return regionDetails(extracted.locator, complex, strengths.jumps, x, y);
}
