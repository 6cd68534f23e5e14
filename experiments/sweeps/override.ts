/** Changes to a sweep file from the command line. */
import { isMap, isNode, parseDocument } from 'yaml';
import { SweepError } from './sweep-error.ts';
import { pathText, yamlTree } from './yaml-tree.ts';

const keyForm = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;
const wordForm = /^[A-Za-z][\w-]*$/;

interface Assignment {
  readonly path: readonly string[];
  readonly data: unknown;
  /** The value as YAML that may stand anywhere in a file. */
  readonly source: string;
}

function parseAssignment(assignment: string): Assignment {
  const at = assignment.indexOf('=');
  const key = assignment.slice(0, Math.max(at, 0)).trim();
  const text = assignment.slice(at + 1).trim();
  if (at < 0 || !keyForm.test(key) || text === '') {
    throw new SweepError(`'${assignment}' is no change, it should look like training.learning_rate=0.01`);
  }
  const { data } = yamlTree(text);
  // JSON is YAML that means the same inside lists and maps; it has no word for infinity.
  const isPlain = wordForm.test(text) || typeof data === 'number';
  return { path: key.split('.'), data, source: isPlain ? text : JSON.stringify(data) };
}

/**
 * The YAML text with one key changed or added: "epochs=300", "parameters.points.count=3", "parameters.points=[312, 625]".
 * Where the key is there already, everything else stays as it is, letter for letter; else the file is laid out anew, with
 * its comments. The result is not validated. Throws SweepError where the assignment or the text cannot be read or the
 * key would lie inside something that is not a map.
 */
export function applyOverride(text: string, assignment: string): string {
  const { path, data, source } = parseAssignment(assignment);
  yamlTree(text);
  const document = parseDocument(text);
  for (let length = 0; length < path.length; length++) {
    const parent = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (parent !== undefined && !isMap(parent)) {
      throw new SweepError(`${assignment}: '${pathText(path.slice(0, length))}' is not a map`);
    }
  }
  const present = document.getIn(path, true);
  if (isNode(present) && present.range) {
    const [start, rangeEnd] = present.range;
    // The range of a block takes in the line break after it.
    const end = start + text.slice(start, rangeEnd).trimEnd().length;
    const space = /\S/.test(text.charAt(start - 1)) ? ' ' : '';
    return text.slice(0, start) + space + source + text.slice(end);
  }
  document.setIn(path, document.createNode(data, { flow: true }));
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}
