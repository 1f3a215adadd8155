/** Pages of a scenario with their cells, and the spare ones that its `alloc` steps may take. */
import type { ModelPage } from './model.js';
import type { EntryInit, Scenario } from './scenario.js';
import { BAD, LEAF, NONE, packEntry, tableOf, UNKNOWN, type Value } from './value.js';

const CONSTANTS: ReadonlyMap<string, Value> = new Map([
  ['none', NONE],
  ['leaf', LEAF],
  ['bad', BAD],
  ['?', UNKNOWN],
]);

export function placePages(
  scenario: Scenario,
  fail: (of: string, message: string) => void,
): readonly ModelPage[] {
  const names = scenario.pages.map((page) => page.name);
  const packed = (of: string, init: EntryInit): number => {
    const constant = CONSTANTS.get(init);
    if (constant !== undefined) return packEntry(constant);
    const page = names.indexOf(init);
    if (page < 0) fail(of, `entry ${init} is neither none, leaf, bad nor a page`);
    return packEntry(tableOf(page));
  };
  const pages: ModelPage[] = [];
  let cell = 0;
  const add = (page: Omit<ModelPage, 'firstCell'>): void => {
    pages.push({ ...page, firstCell: cell });
    cell += page.entries.length;
  };
  scenario.pages.forEach(({ name, level, isStatic, entries }, index) => {
    if (names.indexOf(name) !== index) fail(name, 'two pages of this name');
    add({ name, level, isStatic, entries: entries.map((init) => packed(name, init)), isSpare: false });
  });
  const width = Math.max(1, ...scenario.pages.map((page) => page.entries.length));
  for (const thread of scenario.threads) {
    thread.program.steps.forEach((step) => {
      if (step.op !== 'alloc') return;
      const count = pages.filter((page) => page.isSpare && page.level === step.level).length;
      if (count >= 4) return;
      add({
        name: `new_${step.level}${count}`,
        level: step.level,
        isStatic: false,
        entries: new Array<number>(width).fill(0),
        isSpare: true,
      });
    });
  }
  return pages;
}

export function sparePages(pages: readonly ModelPage[]): ReadonlyMap<string, readonly number[]> {
  const spares = new Map<string, number[]>();
  pages.forEach((page, index) => {
    if (page.isSpare) spares.set(page.level, [...(spares.get(page.level) ?? []), index]);
  });
  return spares;
}
