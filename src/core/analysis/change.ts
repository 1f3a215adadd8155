/**
 * A keystroke changes one function. What is known of the others stays, as long as the function leaves the same locks taken, calls
 * the same names, and none of the others moved but as a whole.
 */
import type { FunctionFacts } from '../index/facts.js';
import type { FunctionRef } from '../index/link.js';

/** The key of a function that stays when the text above it grows. Two arms of an `#if` may have a function of one name. */
export function functionKey({ file, facts }: FunctionRef): string {
  return `${functionPrefix(file, facts.name)}${facts.end - facts.start}:${facts.guards.join(' ')}`;
}

/** What the keys of a function of any length begin with. */
export const functionPrefix = (file: string, name: string): string => `${file}:${name}:`;

/** The function whose inside holds the whole edit; undefined when it touches more, or something else. */
export function functionAround(
  functions: readonly FunctionRef[],
  edit: { readonly start: number; readonly end: number },
): FunctionRef | undefined {
  return functions.find(({ facts }) => facts.start < edit.start && edit.end < facts.end);
}

/** The function as it is after the edit; undefined when the file's functions are not the same any more. */
export function functionAfter(
  before: readonly FunctionRef[],
  after: readonly FunctionRef[],
  edited: FunctionRef,
): FunctionRef | undefined {
  const place = before.indexOf(edited);
  const isSame =
    before.length === after.length &&
    before.every((ref, index) => {
      const now = after[index];
      return (
        now !== undefined && (index === place ? isSameHead(ref, now) : functionKey(ref) === functionKey(now))
      );
    });
  return isSame ? after[place] : undefined;
}

function isSameHead({ facts }: FunctionRef, now: FunctionRef): boolean {
  return (
    facts.name === now.facts.name &&
    facts.isStatic === now.facts.isStatic &&
    facts.params.join() === now.facts.params.join() &&
    facts.annotations.join() === now.facts.annotations.join()
  );
}

/** Names that one of the two mentions more often than the other: their callers may be others now. */
export function namesChanged(before: FunctionFacts, after: FunctionFacts): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const add = (facts: FunctionFacts, by: number): void => {
    for (const name of mentionedIn(facts)) counts.set(name, (counts.get(name) ?? 0) + by);
  };
  add(before, 1);
  add(after, -1);
  return new Set([...counts].filter(([, count]) => count !== 0).map(([name]) => name));
}

function mentionedIn({ calls, references }: FunctionFacts): readonly string[] {
  return [
    ...calls.flatMap((call) => [call.callee, ...call.arguments.map(({ name }) => name)]),
    ...references.map(({ name }) => name),
  ];
}

/**
 * Names of the functions of a file that come to the edited one by calls, or that it comes to, and its own: what rules that follow calls
 * say of them may be another now. A way that leaves the file and comes back is not seen; the next whole look corrects it.
 */
export function relatives(
  edited: readonly FunctionFacts[],
  functions: readonly FunctionRef[],
): ReadonlySet<string> {
  const callees = new Map<string, Set<string>>();
  const callers = new Map<string, Set<string>>();
  const link = (map: Map<string, Set<string>>, from: string, to: string): void =>
    void map.set(from, (map.get(from) ?? new Set()).add(to));
  for (const facts of [...functions.map((ref) => ref.facts), ...edited]) {
    for (const name of mentionedIn(facts)) {
      link(callees, facts.name, name);
      link(callers, name, facts.name);
    }
  }
  const own = edited.map(({ name }) => name);
  return new Set([...reached(own, callees), ...reached(own, callers)]);
}

function reached(from: readonly string[], by: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const seen = new Set(from);
  for (const name of seen) for (const next of by.get(name) ?? []) seen.add(next);
  return seen;
}
