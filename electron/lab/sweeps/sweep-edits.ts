/** Changes of the form to a sweep file: comments and order stay. */
import { isMap, parseDocument, type Document } from 'yaml';
import { pathText, yamlTree } from '../../../experiments/sweeps/yaml-tree.ts';
import type { CallParameters } from '../../contract/contract.ts';
import { LabError } from '../disk/lab-error.ts';

type Edit = CallParameters<'sweep.edit'>['edits'][number];

/**
 * The text with fields set or (value null) removed; maps on the way to a field are made where they are missing. A map
 * that a removal leaves empty is removed too. Throws SweepError where the text is not YAML, LabError 'refused' where a
 * field lies inside something that has none.
 */
export function editedSweep(yaml: string, edits: readonly Edit[]): string {
  if (yaml.trim() !== '') yamlTree(yaml);
  const document = parseDocument(yaml);
  for (const edit of edits) {
    if (edit.value === null) remove(document, edit.path);
    else set(document, edit);
  }
  return document.toString({ lineWidth: 0 });
}

function set(document: Document, { path, value }: Edit): void {
  for (let length = 1; length < path.length; length++) {
    const holder: unknown = document.getIn(path.slice(0, length), true);
    if (holder !== undefined && (typeof holder !== 'object' || holder === null || !('items' in holder))) {
      throw new LabError('refused', `'${pathText(path.slice(0, length))}' has no fields.`);
    }
  }
  document.setIn(path, document.createNode(value, { flow: typeof value === 'object' && path.length > 1 }));
}

function remove(document: Document, path: Edit['path']): void {
  if (!document.hasIn(path)) return;
  document.deleteIn(path);
  const parent = path.slice(0, -1);
  const holder: unknown = parent.length === 0 ? undefined : document.getIn(parent, true);
  if (isMap(holder) && holder.items.length === 0) remove(document, parent);
}
