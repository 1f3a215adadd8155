/** What a patch changes, in the words of the index: functions, tables and macros whose text is another. */
import { factsOf } from '../index/extract.js';
import type { FileFacts, FunctionFacts } from '../index/facts.js';
import { NO_FACTS } from '../index/facts.js';
import type { Texts } from './apply/apply.js';

export interface ChangedFunction {
  readonly file: string;
  readonly name: string;
  readonly isStatic: boolean;
  /** Undefined: it was not there before, or is not there any more. */
  readonly before: FunctionFacts | undefined;
  readonly after: FunctionFacts | undefined;
}

export interface ChangedNames {
  readonly functions: readonly ChangedFunction[];
  /** Functions that are named in a table that has changed, with the file. */
  readonly stored: readonly { readonly file: string; readonly name: string }[];
  readonly macros: readonly { readonly file: string; readonly name: string }[];
}

const isSource = (path: string): boolean => /\.[ch]$/.test(path);

/** `before` reads the texts as they were. Comments and white space are no change. */
export function changedNames(texts: Texts, before: (path: string) => string | undefined): ChangedNames {
  const functions: ChangedFunction[] = [];
  const stored: { file: string; name: string }[] = [];
  const macros: { file: string; name: string }[] = [];
  for (const [file, after] of texts) {
    if (!isSource(file)) continue;
    const [old, now] = [sideOf(before(file)), sideOf(after)];
    functions.push(...changedFunctions(file, old, now));
    stored.push(...changedTables(old, now).map((name) => ({ file, name })));
    macros.push(...changedMacros(old, now).map((name) => ({ file, name })));
  }
  return { functions, stored, macros };
}

interface Side {
  readonly text: string;
  readonly facts: FileFacts;
}

function sideOf(text: string | undefined): Side {
  return text === undefined ? { text: '', facts: NO_FACTS } : { text, facts: factsOf(text) };
}

function changedFunctions(file: string, old: Side, now: Side): readonly ChangedFunction[] {
  const keyOf = ({ name, guards }: FunctionFacts): string => `${name} ${guards.join(' ')}`;
  const [before, after] = [old, now].map(
    ({ facts }) => new Map(facts.functions.map((each) => [keyOf(each), each])),
  );
  const keys = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return [...keys].flatMap((key): readonly ChangedFunction[] => {
    const [was, is] = [before?.get(key), after?.get(key)];
    const facts = is ?? was;
    if (!facts || (was && is && codeOf(old, was) === codeOf(now, is))) return [];
    return [{ file, name: facts.name, isStatic: facts.isStatic, before: was, after: is }];
  });
}

/** The words of a function, without comments and white space between them. */
function codeOf({ text }: Side, { start, end }: FunctionFacts): string {
  return text
    .slice(start, end)
    .replace(/\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*/g, ' ')
    .replace(/\s+/g, ' ');
}

/** Functions that a table has in the one text and not in the other. */
function changedTables(old: Side, now: Side): readonly string[] {
  const entriesOf = ({ facts }: Side): ReadonlyMap<string, string> =>
    new Map(
      facts.tables.flatMap(({ type, variable, fields }) =>
        fields.map(({ path, name }) => [`${type} ${variable} ${path} ${name}`, name] as const),
      ),
    );
  return differing(entriesOf(old), entriesOf(now));
}

function changedMacros(old: Side, now: Side): readonly string[] {
  const entriesOf = ({ facts }: Side): ReadonlyMap<string, string> =>
    new Map(
      facts.macros.map(({ name, params = [], calls, body = '', guards }) => [
        `${name}(${params.join()}) ${calls.map((each) => each.callee).join()} ${body} ${guards.join()}`,
        name,
      ]),
    );
  return differing(entriesOf(old), entriesOf(now));
}

function differing(old: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): readonly string[] {
  const gone = [...old].filter(([key]) => !now.has(key));
  const come = [...now].filter(([key]) => !old.has(key));
  return [...new Set([...gone, ...come].map(([, name]) => name))];
}
