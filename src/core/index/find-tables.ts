/** What is in tables of functions (`struct file_operations`), and who calls a member of one. */
import { canMeet } from './architecture.js';
import { NO_FACTS, type CallFact, type FieldFact, type TableFacts } from './facts.js';
import { definitionsOf } from './find-definitions.js';
import { lastName, type FunctionRef, type TableRef } from './link.js';
import { byFileAndLine, byText } from './order.js';
import type { ReadFiles } from './read-files.js';
import { sees, type Viewpoint } from './visibility.js';

/** A call of a member, `ops->pmd_entry()`, and the function that it is in. */
export interface FieldCall {
  readonly from: FunctionRef;
  readonly call: CallFact;
}

/** What a table has in a member: `initializer(read, 'ptdump_ops', 'pmd_entry', {file})`. */
export function initializer(
  read: ReadFiles,
  variable: string,
  field: string,
  from: Viewpoint,
): readonly FieldFact[] {
  const { links, words } = read;
  const files = isTable(read, variable, from)
    ? new Set([from.file])
    : read.readable(words.mentioning(variable).filter((file) => canMeet(file, from.file)));
  read.readBodies(variable, files);
  return (links.fields.get(field) ?? [])
    .filter(
      ({ table }) =>
        files.has(table.file) &&
        table.facts.variable === variable &&
        sees(links, from.file, table.file, table.facts.isStatic),
    )
    .sort((a, b) => byText(a.table.file, b.table.file) || a.field.line - b.field.line)
    .map(({ table, field: found }) => (read.toldTable(table), found));
}

/** Whether a file has a table of that name, so that a member which `initializer` does not find is 0. */
export function isTable(read: ReadFiles, variable: string, { file }: Viewpoint): boolean {
  const isIt = (table: TableFacts): boolean => table.variable === variable;
  read.load([file]);
  read.uses.asked(variable);
  read.readBodies(variable, [file]);
  if ((read.links.files.get(file) ?? NO_FACTS).tables.some(isIt)) return true;
  const facts = [...(read.links.read.get(file) ?? [])].find(({ tables }) => tables.some(isIt));
  if (facts) read.told({ file, facts });
  return facts !== undefined;
}

/** Tables of a struct with a value for a member; none when the struct is in too many files. */
export function tablesOf(read: ReadFiles, type: string, field?: string): readonly TableRef[] {
  const files = read.havingWord(type, undefined);
  return (read.links.tables.get(type) ?? [])
    .filter(({ file }) => files.has(file))
    .filter(
      ({ facts }) =>
        field === undefined || facts.fields.some(({ path }) => path === field || lastName(path) === field),
    )
    .map(read.toldTable)
    .sort(byFileAndLine);
}

/** Functions that some table, of a type when it is known, has in a member; a member in too many files: those of the file. */
export function functionsInField(
  read: ReadFiles,
  field: string,
  from: Viewpoint,
  type?: string,
): readonly FunctionRef[] {
  const files = read.havingWord(field, from.file);
  const stored = (read.links.fields.get(field) ?? []).filter(
    ({ table }) => files.has(table.file) && (type === undefined || table.facts.type === type),
  );
  const found = stored.flatMap(({ table, field: value }) =>
    definitionsOf(read, value.name, { ...from, file: read.toldTable(table).file }),
  );
  return [...new Set(found)].filter((ref) => canMeet(ref.file, from.file)).sort(byFileAndLine);
}

/** Calls of a member by its name; none when it is in too many files. */
export function fieldCalls(read: ReadFiles, field: string): readonly FieldCall[] {
  const files = read.havingWord(field, undefined);
  return (read.links.fieldCalls.get(field) ?? [])
    .filter(({ from }) => files.has(read.told(from).file))
    .sort((a, b) => byText(a.from.file, b.from.file) || a.call.line - b.call.line);
}
