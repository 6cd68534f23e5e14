/** Every rule that RO-Crate 1.1 and Process Run Crate 0.5 put into the word MUST, as far as it is about what is written here. */

export interface CrateEntity {
  readonly '@id': string;
  readonly '@type': string | readonly string[];
  readonly [property: string]: unknown;
}

/** A crate: its metadata file's text and the paths of its files, from the crate's root. */
export interface Crate {
  readonly text: string;
  readonly paths: readonly string[];
  /** Terms that RO-Crate's own context or a local one defines. */
  readonly knownTerms: ReadonlySet<string>;
}

interface Graph {
  readonly context: readonly unknown[];
  readonly entities: readonly CrateEntity[];
  readonly root: CrateEntity | undefined;
  readonly crate: Crate;
}

const isoDate = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

function types({ '@type': type }: CrateEntity): readonly string[] {
  return [type].flat();
}

function references(value: unknown): string[] {
  return [value]
    .flat()
    .flatMap((item) =>
      typeof item === 'object' && item !== null && '@id' in item ? [String(item['@id'])] : [],
    );
}

function of(graph: Graph, type: string): CrateEntity[] {
  return graph.entities.filter((entity) => types(entity).includes(type));
}

function reachable({ entities, root }: Graph): Set<string> {
  const found = new Set<string>();
  const waiting = references(root?.['hasPart']);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    waiting.push(...references(entities.find((entity) => entity['@id'] === id)?.['hasPart']));
  }
  return found;
}

const isWeb = (id: string): boolean => /^https?:/.test(id);

/** Rules by their words. */
export const crateRules: Readonly<Record<string, (graph: Graph) => boolean>> = {
  'the metadata file is named ro-crate-metadata.json and lies in the root': ({ crate }) =>
    crate.paths.filter((path) => path.endsWith('ro-crate-metadata.json')).join() === 'ro-crate-metadata.json',
  'it is JSON-LD in flattened form: entities side by side, references with an @id alone': ({ entities }) =>
    entities.every((entity) =>
      Object.values(entity)
        .flat()
        .every(
          (value) =>
            typeof value !== 'object' || value === null || Object.keys(value as object).join() === '@id',
        ),
    ),
  'it is compacted: no array of one, every term defined by the context': ({ entities, crate }) =>
    entities.every((entity) =>
      Object.entries(entity).every(
        ([term, value]) =>
          (term.startsWith('@') || crate.knownTerms.has(term)) && !(Array.isArray(value) && value.length < 2),
      ),
    ) && entities.flatMap(types).every((type) => crate.knownTerms.has(type)),
  'the context is that of RO-Crate 1.1, ad-hoc terms are defined in it by URI': ({ context }) =>
    context[0] === 'https://w3id.org/ro/crate/1.1/context' &&
    context.slice(1).every((local) => Object.values(local as object).every((uri) => isWeb(String(uri)))),
  'the graph has a descriptor of itself: @id, CreativeWork, about the root, conformsTo 1.1': ({
    entities,
    root,
  }) => {
    const descriptor = entities.find((entity) => entity['@id'] === 'ro-crate-metadata.json');
    if (descriptor === undefined || root === undefined) return false;
    const about = references(descriptor['about']).join() === root['@id'];
    const conforms = references(descriptor['conformsTo']).includes('https://w3id.org/ro/crate/1.1');
    return types(descriptor).join() === 'CreativeWork' && about && conforms;
  },
  'the root is a Dataset whose @id ends with a slash': ({ root }) =>
    root !== undefined && types(root).includes('Dataset') && root['@id'].endsWith('/'),
  'the root has name, description, datePublished and license': ({ root }) =>
    ['name', 'description', 'datePublished', 'license'].every((term) => {
      const value = root?.[term];
      return value !== undefined && value !== '';
    }),
  'datePublished is an ISO 8601 date': ({ root }) => isoDate.test(String(root?.['datePublished'])),
  'every data entity is linked from the root through hasPart': (graph) => {
    const linked = reachable(graph);
    return [...of(graph, 'File'), ...of(graph, 'Dataset')].every(
      (entity) => entity === graph.root || linked.has(entity['@id']),
    );
  },
  'data entities are files or folders of the crate, or on the web': (graph) =>
    of(graph, 'File').every(({ '@id': id }) => isWeb(id) || graph.crate.paths.includes(decodeURI(id))) &&
    of(graph, 'Dataset').every(
      ({ '@id': id }) => id === './' || graph.crate.paths.some((path) => path.startsWith(decodeURI(id))),
    ),
  'a file of the crate has the type File, a folder the type Dataset': ({ entities, crate }) =>
    entities.every((entity) => {
      if (entity['@id'] === 'ro-crate-metadata.json') return true;
      if (crate.paths.includes(entity['@id'])) return types(entity).includes('File');
      return !entity['@id'].endsWith('/') || isWeb(entity['@id']) || types(entity).includes('Dataset');
    }),
  'identifiers are relative URI paths or absolute URIs': ({ entities }) =>
    entities.every(
      ({ '@id': id }) => /^[\w\-.~!$&'()*+,;=:@/%#]+$/.test(id) && !id.includes('..') && !id.startsWith('/'),
    ),
  'no two entities have the same @id': ({ entities }) =>
    new Set(entities.map(({ '@id': id }) => id)).size === entities.length,
  'every entity has a type': ({ entities }) =>
    entities.every((entity) => types(entity).length > 0 && types(entity)[0] !== ''),
  'keywords are one string': ({ root }) => ['undefined', 'string'].includes(typeof root?.['keywords']),
  "actions' times are ISO 8601 dates": (graph) =>
    of(graph, 'CreateAction').every(({ startTime, endTime }) =>
      [startTime, endTime].every((time) => time === undefined || isoDate.test(String(time))),
    ),
  'every referenced entity that is not on the web or schema.org is described': ({ entities }) => {
    const known = new Set(entities.map(({ '@id': id }) => id));
    return entities
      .flatMap((entity) => Object.values(entity).flatMap(references))
      .every((id) => isWeb(id) || known.has(id));
  },
  'Process Run Crate: the root conforms to the profile, which is described as a CreativeWork': ({
    entities,
    root,
  }) => {
    const profile = 'https://w3id.org/ro/wfrun/process/0.5';
    const described = entities.find((entity) => entity['@id'] === profile);
    return (
      references(root?.['conformsTo']).includes(profile) &&
      described !== undefined &&
      types(described).includes('CreativeWork')
    );
  },
  'Process Run Crate: every action has an instrument with a type, and the root mentions it': (graph) =>
    of(graph, 'CreateAction').every((action) => {
      const instruments = references(action['instrument']);
      const isMentioned = references(graph.root?.['mentions']).includes(action['@id']);
      return (
        isMentioned &&
        instruments.length > 0 &&
        instruments.every((id) => graph.entities.some((entity) => entity['@id'] === id))
      );
    }),
};

/** The rules that a crate breaks. */
export function brokenRules(crate: Crate): string[] {
  const document = JSON.parse(crate.text) as { '@context': unknown; '@graph': CrateEntity[] };
  const entities = document['@graph'];
  const descriptor = entities.find((entity) =>
    references(entity['conformsTo']).some((id) => id.startsWith('https://w3id.org/ro/crate/')),
  );
  const rootId = references(descriptor?.['about'])[0];
  const graph = {
    context: [document['@context']].flat(),
    entities,
    root: entities.find((entity) => entity['@id'] === rootId),
    crate,
  };
  return Object.entries(crateRules).flatMap(([words, holds]) => (holds(graph) ? [] : [words]));
}
