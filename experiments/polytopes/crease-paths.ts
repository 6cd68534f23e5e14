/** Creases as polylines: edges of one neuron that follow each other. */
import type { Complex } from './complex.ts';

/**
 * Vertex lists of the longest runs of the given edges in which neighbours share a vertex. The edges belong to one neuron,
 * so that at most two of them meet at a vertex, save where rounding or duplicated weights make more.
 */
export function creasePaths(complex: Complex, edges: Int32Array): number[][] {
  const { edgeVertices } = complex;
  const atVertex = new Map<number, number[]>();
  for (const edge of edges)
    for (const vertex of [edgeVertices[2 * edge], edgeVertices[2 * edge + 1]]) {
      const list = atVertex.get(vertex);
      if (list === undefined) atVertex.set(vertex, [edge]);
      else list.push(edge);
    }
  const used = new Set<number>();
  const paths: number[][] = [];

  function follow(start: number): void {
    const path = [start];
    let vertex = start;
    for (;;) {
      const edge = atVertex.get(vertex)?.find((candidate) => !used.has(candidate));
      if (edge === undefined) break;
      used.add(edge);
      const from = edgeVertices[2 * edge];
      vertex = from === vertex ? edgeVertices[2 * edge + 1] : from;
      path.push(vertex);
    }
    if (path.length > 1) paths.push(path);
  }

  // Open runs from their ends first, then what is left: closed ones.
  for (const [vertex, list] of atVertex) if (list.length === 1) follow(vertex);
  for (const vertex of atVertex.keys()) follow(vertex);
  return paths;
}
