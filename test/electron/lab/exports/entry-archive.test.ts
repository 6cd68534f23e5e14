import { expect, test } from 'vitest';
import { bytesDigest } from '../../../../experiments/records/digests.ts';
import {
  brokenRules,
  crateRules,
  type Crate,
  type CrateEntity,
} from '../../../experiments/archives/crate-rules.ts';
import { filesOf, goldenArchive, goldenNames } from './stored-entry.ts';

/** Terms of RO-Crate 1.1's context (version 1.1.3) that are used, and the local one. */
const knownTerms = new Set(
  'about conformsTo name description identifier dateCreated datePublished license keywords hasPart mentions version softwareVersion instrument object result startTime endTime actionStatus error encodingFormat contentSize sha256 CreativeWork Dataset File SoftwareApplication CreateAction'.split(
    ' ',
  ),
);

async function crateOf(name: string): Promise<Crate> {
  const files = filesOf(await goldenArchive(name));
  const paths = files.map((file) => file.name.slice(name.length + 1));
  return { text: Buffer.from(files[0]!.bytes).toString(), paths, knownTerms };
}

test.each(goldenNames)(
  'the metadata of %s keeps every rule of RO-Crate 1.1 and Process Run Crate',
  async (name) => {
    expect(brokenRules(await crateOf(name))).toEqual([]);
  },
);

test('the metadata tells size and SHA-256 of every file', async () => {
  for (const name of goldenNames) {
    const files = filesOf(await goldenArchive(name));
    const graph = (JSON.parse(Buffer.from(files[0]!.bytes).toString()) as { '@graph': CrateEntity[] })[
      '@graph'
    ];
    const described = new Map(
      graph.filter((entity) => entity['@type'] === 'File').map((entity) => [entity['@id'], entity]),
    );
    for (const { name: path, bytes } of files.slice(1)) {
      const entity = described.get(path.slice(name.length + 1));
      expect(entity?.['sha256']).toBe(bytesDigest(bytes));
      expect(entity?.['contentSize']).toBe(String(bytes.length));
    }
    expect(described.size).toBe(files.length - 1);
  }
});

/** A change of the metadata that breaks each rule. */
const breaks: readonly (readonly [
  rule: string,
  change: (graph: Record<string, unknown>[], crate: Crate) => Partial<Crate> | undefined,
])[] = [
  ['the metadata file is named', (_, { paths }) => ({ paths: paths.map((path) => `sub/${path}`) })],
  [
    'it is JSON-LD in flattened form',
    (graph) => void (graph[1]!['license'] = { '@id': '#license', name: 'x' }),
  ],
  ['it is compacted', (graph) => void (graph[1]!['license'] = [{ '@id': '#license' }])],
  ['it is compacted', (graph) => void (graph[1]!['unheardOf'] = 'x')],
  ['the graph has a descriptor', (graph) => void (graph[0]!['@type'] = 'File')],
  ['the root is a Dataset', (graph) => void (graph[1]!['@type'] = 'CreativeWork')],
  ['the root has name', (graph) => void delete graph[1]!['license']],
  ['datePublished is an ISO', (graph) => void (graph[1]!['datePublished'] = 'yesterday')],
  ['every data entity is linked', (graph) => void delete graph[1]!['hasPart']],
  ['data entities are files', (_, { paths }) => ({ paths: paths.filter((path) => path !== 'entry.json') })],
  ['a file of the crate has the type File', (graph) => void (graph.at(-1)!['@type'] = 'CreativeWork')],
  ['identifiers are relative', (graph) => void (graph.at(-1)!['@id'] = '../x y')],
  ['no two entities', (graph) => void graph.push(graph[2]!)],
  ['every entity has a type', (graph) => void (graph[2]!['@type'] = '')],
  ['keywords are one string', (graph) => void (graph[1]!['keywords'] = ['a', 'b'])],
  [
    "actions' times",
    (graph) => void (graph.find((entity) => entity['@type'] === 'CreateAction')!['endTime'] = 'now'),
  ],
  ['every referenced entity', (graph) => void (graph[1]!['license'] = { '@id': '#nothing' })],
  ['Process Run Crate: the root conforms', (graph) => void delete graph[1]!['conformsTo']],
  ['Process Run Crate: every action', (graph) => void delete graph[1]!['mentions']],
];

test.each(breaks)('a crate that breaks the rule is told apart: %s', async (rule, change) => {
  const crate = await crateOf(goldenNames[0]!);
  const document = JSON.parse(crate.text) as { '@graph': Record<string, unknown>[] };
  const changes = change(document['@graph'], crate) ?? {};
  const broken = brokenRules({ ...crate, text: JSON.stringify(document), ...changes });
  expect(broken.filter((words) => words.startsWith(rule))).toHaveLength(1);
});

test('every rule but that of the context is broken once', () => {
  const tried = Object.keys(crateRules).filter((words) => breaks.some(([rule]) => words.startsWith(rule)));
  expect(tried).toHaveLength(Object.keys(crateRules).length - 1);
});
