/**
 * A freer one level up. The fragments begin where tables of ptes go, and stop below the table of puds, so that a scenario is
 * small; a walk that reads entries of puds alone is in no danger there. Where the freer frees tables of puds, too, it does to
 * them what it does to those below (`above` of its fragment), and such a walk is put beside that.
 */
import { LEVELS, type Level, type ThreadProgram } from '../program/ir.js';
import type { Scenario } from '../machine/scenario.js';
import type { RaceFile, Statement } from '../trace/language/ast.js';
import { printPlace } from '../trace/language/print.js';

/** The fragment, with each table one level up; undefined where the freer frees no table of puds. */
export function raised(race: RaceFile): RaceFile | undefined {
  if (race.above.length === 0) return undefined;
  const places = new Map(race.above.map(({ place, above }) => [printPlace(place), above]));
  const lift = (statement: Statement): Statement => {
    const at = statement.at && places.get(printPlace(statement.at));
    return at ? { ...statement, at } : statement;
  };
  return {
    ...race,
    above: [],
    title: `${race.title}, one level up`,
    pages: race.pages.map((page) => ({
      ...page,
      level: isLevel(page.level) ? levelAbove(page.level) : page.level,
    })),
    threads: race.threads.map((thread) => ({ ...thread, body: thread.body.map(lift) })),
    assumptions: [...race.assumptions, SO_MANY_LEVELS],
  };
}

const SO_MANY_LEVELS = {
  kind: 'address',
  text: 'there are so many levels of page tables that tables of puds are freed, too',
} as const;

const isLevel = (level: string): level is Level => LEVELS.some((each) => each === level);
const levelAbove = (level: Level): Level => LEVELS[LEVELS.indexOf(level) - 1] ?? level;

/** Does the walk read and write entries of the topmost table alone, that no freer of these pages frees? */
export function staysAtTop({ steps }: ThreadProgram, pages: Scenario['pages']): boolean {
  const top = LEVELS.findIndex((level) => pages.some((page) => page.level === level));
  return steps.every(
    (step) =>
      (step.op !== 'load' && step.op !== 'exchange' && step.op !== 'store') ||
      (isLevel(step.level) && LEVELS.indexOf(step.level) <= top),
  );
}
