/**
 * Pointers to entries, and entries, that a function is given from inside a walk. The program goes down to them by itself before
 * all else, as the caller has done: inside whatever is held around it, so that what a lock keeps is still there, and with nothing
 * held the table may be gone as it may be under the caller. Where no table is reached the caller would not have called.
 */
import { isFolded, topLevel } from '../../kernel/geometry.js';
import { mapExpr, operandsOf } from '../expr.js';
import { withSuccessors } from '../graph.js';
import { END, LEVELS, type Expr, type FunctionProgram, type Level, type Step, type Var } from '../ir.js';
import { parentLevel } from '../lower/paths.js';
import { pageAt, type LinkOptions } from './options.js';

const FIRST: Expr = { kind: 'int', value: 0 };
const PREFIX = 'given/$';

/** How the text of the steps of the way down begins. */
export const WAY_DOWN = "the caller's way down";

/** Whether a variable is an entry that is read on the way down. */
export const isGiven = (name: Var): boolean => name.startsWith(PREFIX);

const valueName = (level: Level): Var => `${PREFIX}${level}`;

/** Pointer to the first entry of a level, below what is read on the way; undefined where the scenario has no such table. */
export function givenPointer(options: LinkOptions, level: Level): Expr | undefined {
  const { geometry } = options;
  const top = topLevel(geometry);
  const page = pageAt(options, level);
  if (page === undefined) return undefined;
  if (level === top || isFolded(level, geometry)) return { kind: 'element', page, index: FIRST };
  if (pageAt(options, parentLevel(level)) === undefined) return undefined;
  const entry: Expr = { kind: 'var', name: valueName(parentLevel(level)) };
  return { kind: 'descend', entry, level, index: FIRST };
}

/** The entry that such a pointer points to, as the caller has read it. */
export function givenEntry(options: LinkOptions, level: Level): Expr {
  const at = isFolded(level, options.geometry) ? topLevel(options.geometry) : level;
  return givenPointer(options, at) === undefined
    ? { kind: 'entry', value: 'leaf' }
    : { kind: 'var', name: valueName(at) };
}

/** The levels of the entries that a program uses without reading them, from the top down. */
export function givenLevels(steps: readonly Step[]): readonly Level[] {
  const used = new Set<Var>();
  for (const operand of steps.flatMap(operandsOf)) {
    mapExpr(operand, (inner) => {
      if (inner.kind === 'var' && isGiven(inner.name)) used.add(inner.name);
      return inner;
    });
  }
  return LEVELS.filter((level) => used.has(valueName(level)));
}

/**
 * The program with the way down to what it is given before its first step.
 * Every entry on the way is read once, and has to be a table; one that is given as a value has to be something. `root`: the function
 * that is entered.
 */
export function withWayDown(
  steps: readonly Step[],
  root: FunctionProgram,
  options: LinkOptions,
): readonly Step[] {
  const { at } = root;
  const levels = new Set([...givenLevels(steps), ...levelsOfParameters(root, options)]);
  const deepest = LEVELS.filter((level) => levels.has(level)).at(-1);
  if (deepest === undefined) return steps;
  const top = LEVELS.indexOf(topLevel(options.geometry));
  const way = LEVELS.slice(top, LEVELS.indexOf(deepest) + 1);
  const prelude = way.flatMap((level, position): readonly Step[] => {
    const from = givenPointer(options, level);
    if (!from) return [];
    const name = valueName(level);
    const operand: Expr = { kind: 'var', name };
    const isDescended = level !== deepest || isPointedThrough(steps, name);
    const condition: Expr = isDescended
      ? { kind: 'is', test: 'table', level, operand }
      : { kind: 'is', test: 'present', level, operand };
    const text = `${WAY_DOWN}: ${level}`;
    const own = position * 2;
    return [
      { op: 'load', dst: name, from, level, access: 'once', use: 'entry', next: own + 1, text, at },
      { op: 'branch', condition, then: own + 2, else: END, next: END, text, at },
    ];
  });
  const shift = (to: number): number => (to === END ? END : to + prelude.length);
  return [...prelude, ...steps.map((step) => withSuccessors(step, shift))];
}

/** The entries that a caller must have read to give a function its parameters, whether the function looks at them or not. */
function levelsOfParameters({ params }: FunctionProgram, options: LinkOptions): readonly Level[] {
  return params.flatMap(({ type }) => {
    const given = givenType(type);
    if (!given) return [];
    const read = given.isPointer ? parentLevel(given.level) : given.level;
    const known = LEVELS.slice(0, LEVELS.indexOf(read) + 1).filter((level) => givenPointer(options, level));
    const last = known.at(-1);
    return last === undefined ||
      isFolded(last, options.geometry) ||
      (given.isPointer && given.level === 'pgd')
      ? []
      : [last];
  });
}

const ENTRY_TYPE = /^(?:const )?(pgd|p4d|pud|pmd|pte)_t( (?:const )?\*)?$/;

/** The level of a parameter that is an entry, or points to one. */
export function givenType(type: string): { readonly level: Level; readonly isPointer: boolean } | undefined {
  const [, name, pointer] = ENTRY_TYPE.exec(type) ?? [];
  const level = LEVELS.find((each) => each === name);
  return level && { level, isPointer: pointer !== undefined };
}

/** Whether a pointer below an entry is used, so that it has to be a table. */
function isPointedThrough(steps: readonly Step[], name: Var): boolean {
  let found = false;
  for (const operand of steps.flatMap(operandsOf)) {
    mapExpr(operand, (inner) => {
      if (inner.kind === 'descend' && inner.entry.kind === 'var' && inner.entry.name === name) found = true;
      return inner;
    });
  }
  return found;
}
