/**
 * A keystroke changes the inside of one function, or nothing but text between functions. What is known of the others stays, as far as
 * it does not rest on that function.
 */
import { endOfLine } from '../dialect/comments.js';
import type { FileFacts, FunctionFacts } from '../index/facts.js';
import type { BodyEdit } from '../index/known-answers.js';
import { lastName, type FunctionRef } from '../index/link.js';
import { bodyKey } from '../index/uses.js';
import { hashOfWord, type FileWords } from '../index/word-scan.js';

/** The key of a function that stays when the text above it grows. Two arms of an `#if` may have a function of one name. */
export function functionKey({ file, facts }: FunctionRef): string {
  return `${bodyKey(file, facts.name)}:${facts.end - facts.start}:${facts.guards.join(' ')}`;
}

/** What is known of a document at one time. */
export interface DocumentFacts {
  readonly text: string;
  readonly facts: FileFacts;
  readonly words: FileWords;
}

/** Offsets in the text before: what is between them is another text now, that is longer by `longer`. */
interface Region {
  readonly start: number;
  readonly end: number;
  readonly longer: number;
}

/** The edit between two states of a document; undefined when more has changed than the insides of functions that there were before. */
export function bodyEdit(file: string, before: DocumentFacts, after: DocumentFacts): BodyEdit | undefined {
  const region = regionOf(before.text, after.text);
  if (isInMacro(before.text, region.start, region.end)) return undefined;
  if (isInMacro(after.text, region.start, region.end + region.longer)) return undefined;
  const changed = changedFunctions(before, after, region);
  if (!changed || !isSameAround(before.facts, after.facts)) return undefined;
  return {
    file,
    bodies: new Set(changed.map(([facts]) => bodyKey(file, facts.name))),
    words: new Set([
      ...difference(before.words.words, after.words.words),
      ...difference(before.words.definitions, after.words.definitions),
      ...changed.flatMap(([was, is]) => newlyNamed(was, is)).map(hashOfWord),
    ]),
    after: linesIn(before.text, 0, region.end) + 1,
    by:
      linesIn(after.text, region.start, region.end + region.longer) -
      linesIn(before.text, region.start, region.end),
  };
}

/** All of the text but what is alike in front and behind. */
function regionOf(before: string, after: string): Region {
  const shorter = Math.min(before.length, after.length);
  let front = 0;
  while (front < shorter && before.charCodeAt(front) === after.charCodeAt(front)) front += 1;
  let behind = 0;
  while (
    behind < shorter - front &&
    before.charCodeAt(before.length - 1 - behind) === after.charCodeAt(after.length - 1 - behind)
  )
    behind += 1;
  return { start: front, end: before.length - behind, longer: after.length - before.length };
}

/** Whether the lines of a part of a text define a macro: of its body, too little is told to see that it is the same. */
function isInMacro(text: string, from: number, to: number): boolean {
  let start = startOfLine(text, from);
  while (start > 1 && text.charAt(start - 2) === '\\') start = startOfLine(text, start - 1);
  return /^[ \t]*#[ \t]*define\b|\\$/m.test(text.slice(start, endOfLine(text, to)));
}

const startOfLine = (text: string, at: number): number => (at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1);

/** The functions that the region's lines touch, as they were and are; undefined when the others, or a header, are not the same. */
function changedFunctions(
  before: DocumentFacts,
  after: DocumentFacts,
  region: Region,
): readonly (readonly [FunctionFacts, FunctionFacts])[] | undefined {
  if (before.facts.functions.length !== after.facts.functions.length) return undefined;
  const lines = {
    start: startOfLine(before.text, region.start),
    end: endOfLine(before.text, region.end),
  };
  const changed: (readonly [FunctionFacts, FunctionFacts])[] = [];
  for (const [place, was] of before.facts.functions.entries()) {
    const is = after.facts.functions[place];
    if (!is || !isSameHead(was, is)) return undefined;
    const start = was.start >= region.end ? was.start + region.longer : was.start;
    const end = was.end <= region.start ? was.end : was.end + region.longer;
    if (is.start !== start || is.end !== end) return undefined;
    if (was.start < lines.end && was.end > lines.start) changed.push([was, is]);
  }
  return changed;
}

function isSameHead(was: FunctionFacts, is: FunctionFacts): boolean {
  const headOf = ({ name, macro, isStatic, params, annotations, guards }: FunctionFacts): string =>
    JSON.stringify([name, macro, isStatic, params, annotations, guards]);
  return headOf(was) === headOf(is);
}

/** Whether all that is told outside of functions is the same, wherever it is. */
function isSameAround(before: FileFacts, after: FileFacts): boolean {
  const around = ({ tables, invocations, macros, includes }: FileFacts): string =>
    JSON.stringify([tables, invocations, macros, includes], (key, value: unknown) =>
      key === 'line' || key === 'offset' ? undefined : value,
    );
  return around(before) === around(after);
}

/** Names that a function tells something of, and did not before. */
function newlyNamed(was: FunctionFacts, is: FunctionFacts): readonly string[] {
  const before = new Set(namesIn(was));
  return namesIn(is).filter((name) => !before.has(name));
}

function namesIn({ calls, references, tables }: FunctionFacts): readonly string[] {
  return [
    ...calls.flatMap((call) => [call.callee, ...call.arguments.map(({ name }) => name)]),
    ...references.flatMap(({ name, field }) => [name, ...(field === undefined ? [] : [field])]),
    ...tables.flatMap(({ type, variable, fields }) => [
      type,
      variable,
      ...fields.flatMap(({ name, path }) => [name, lastName(path)]),
    ]),
  ];
}

/** What only one of two sets has. */
function difference(before: Uint32Array, after: Uint32Array): readonly number[] {
  const [was, is] = [new Set(before), new Set(after)];
  return [...before.filter((each) => !is.has(each)), ...after.filter((each) => !was.has(each))];
}

function linesIn(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
