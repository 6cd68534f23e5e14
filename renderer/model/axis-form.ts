/** An axis of a sweep file as a form shows it, and back. */
import type { PlainValue } from '../../electron/contract/sweeps.ts';

/** How an axis is written: its values, a ratio, or a range. */
export type AxisMode = 'values' | 'ratio' | 'range';

/** An axis as the form's fields hold it. */
export interface AxisForm {
  readonly mode: AxisMode;
  /** 'values': as text, separated by commas. */
  readonly values: string;
  readonly from: string;
  readonly to: string;
  readonly ratio: string;
  readonly count: string;
  readonly spacing: 'linear' | 'log';
}

type Fields = { [key: string]: PlainValue };

function isFields(entry: PlainValue | undefined): entry is Fields {
  return typeof entry === 'object' && entry !== null && !Array.isArray(entry);
}

function text(value: PlainValue | undefined): string {
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}

/** The form of an axis entry; an empty one for what is none. */
export function axisFormOf(entry: PlainValue | undefined): AxisForm {
  const empty: AxisForm = {
    mode: 'values',
    values: '',
    from: '',
    to: '',
    ratio: '',
    count: '',
    spacing: 'linear',
  };
  if (entry === undefined || entry === null) return empty;
  if (Array.isArray(entry)) return { ...empty, values: entry.map(text).join(', ') };
  if (!isFields(entry)) return { ...empty, values: text(entry) };
  if ('ratio' in entry) {
    return {
      ...empty,
      mode: 'ratio',
      from: text(entry['from']),
      ratio: text(entry['ratio']),
      count: text(entry['count']),
    };
  }
  if ('from' in entry || 'to' in entry) {
    return {
      ...empty,
      mode: 'range',
      from: text(entry['from']),
      to: text(entry['to']),
      count: text(entry['count']),
      spacing: entry['spacing'] === 'log' ? 'log' : 'linear',
    };
  }
  const values = entry['values'] ?? entry['value'];
  return { ...empty, values: Array.isArray(values) ? values.map(text).join(', ') : text(values) };
}

/** Parts of a list that are separated by commas outside of brackets: "[64,32], [16]" has two. */
export function splitValues(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of list) {
    if (character === '[') depth += 1;
    if (character === ']') depth -= 1;
    if ((character === ',' || character === ';') && depth <= 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part].map((value) => value.trim()).filter((value) => value !== '');
}

/** A value as YAML would read it: a number, true or false, else text. */
function plain(value: string): PlainValue {
  const number = Number(value);
  if (value.trim() !== '' && Number.isFinite(number)) return number;
  if (value === 'true' || value === 'false') return value === 'true';
  return value;
}

/** The entry of a form; `kept` are its fields that the form does not show (a fixed depth or width). */
export function entryOfForm(form: AxisForm, kept: PlainValue | undefined): PlainValue {
  const others = Object.fromEntries(
    Object.entries(isFields(kept) ? kept : {}).filter(([key]) => key === 'depth' || key === 'width'),
  );
  switch (form.mode) {
    case 'values':
      return { values: splitValues(form.values).map(plain), ...others };
    case 'ratio':
      return { from: plain(form.from), ratio: plain(form.ratio), count: plain(form.count), ...others };
    case 'range':
      return {
        from: plain(form.from),
        to: plain(form.to),
        count: plain(form.count),
        spacing: form.spacing,
        ...others,
      };
  }
}

/** A change of a field below a place; null removes it. */
export interface FieldEdit {
  readonly path: string[];
  readonly value: PlainValue;
}

/**
 * The smallest edits that turn an entry at `path` into another one, so that comments beside what stays are kept: only
 * fields that differ, or the whole entry where it has other fields now.
 */
export function entryEdits(
  path: readonly string[],
  before: PlainValue | undefined,
  after: PlainValue,
): FieldEdit[] {
  const whole = [{ path: [...path], value: after }];
  if (!isFields(before) || !isFields(after)) return whole;
  const kept = Object.keys(after).filter((key) => Object.hasOwn(before, key));
  if (kept.length === 0) return whole;
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const changed = Object.entries(after).filter(
    ([key, value]) =>
      JSON.stringify(value) !== JSON.stringify(Object.hasOwn(before, key) ? before[key] : undefined),
  );
  return [
    ...removed.map((key) => ({ path: [...path, key], value: null })),
    ...changed.map(([key, value]) => ({ path: [...path, key], value })),
  ];
}

/** The form in another mode, filled from what it holds now and from the values that the axis has. */
export function formInMode(form: AxisForm, mode: AxisMode, values: readonly PlainValue[]): AxisForm {
  if (mode === form.mode) return form;
  const first = text(values[0]) || splitValues(form.values)[0] || form.from || '1';
  const last = text(values.at(-1)) || first;
  if (mode === 'values') return { ...form, mode, values: values.map(text).join(', ') || first };
  const count = String(Math.max(2, values.length));
  if (mode === 'ratio')
    return { ...form, mode, from: first, ratio: '0.5', count: values.length > 1 ? count : '5' };
  return {
    ...form,
    mode,
    from: first,
    to: last === first ? text(10 * Number(first)) : last,
    count,
    spacing: 'log',
  };
}

/** The part of a plain document at a path; undefined where there is none. */
export function partOf(
  document: PlainValue | undefined,
  path: readonly (string | number)[],
): PlainValue | undefined {
  let part: PlainValue | undefined = document;
  for (const step of path) {
    if (Array.isArray(part)) part = typeof step === 'number' ? part[step] : undefined;
    else if (isFields(part) && Object.hasOwn(part, step)) part = part[step];
    else return undefined;
  }
  return part;
}

/** Entries of a sweep's axes by name; none where the document has none. */
export function axisEntriesOf(document: PlainValue | undefined): Readonly<Record<string, PlainValue>> {
  const axes = partOf(document, ['parameters']);
  return isFields(axes) ? axes : {};
}

/** A part as text for a field. */
export function textOf(document: PlainValue | undefined, ...path: (string | number)[]): string {
  return text(partOf(document, path));
}
