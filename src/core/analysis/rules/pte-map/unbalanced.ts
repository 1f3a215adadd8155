/**
 * pte-map/unbalanced: a way out of a function on which a table that it has mapped is not unmapped. pte_offset_map() enters an RCU
 * section since 6.5 (mm/pgtable-generic.c:__pte_offset_map), and may have mapped a page of high memory; pte_offset_map_lock() holds
 * the table's lock, too. The function that maps unmaps, unless the pointer leaves it.
 */
import type { FunctionProgram, Step } from '../../../program/ir.js';
import type { Knowledge } from '../../../program/lower/context.js';
import type { CustodyOf } from '../../custody.js';
import { isLetGoByEntry, wayOutOfMap } from '../../kept.js';
import { leaksOf, secondReleasesOf } from '../../leaks.js';
import { calledIn } from '../../one-call.js';
import { exitPlace } from '../exit-place.js';
import type { Lapse, LocalRule, LocalWorld } from '../rule.js';

export const PTE_MAP_UNBALANCED: LocalRule = {
  id: 'pte-map/unbalanced',
  title: 'a way out of the function on which a mapped page table is not unmapped, or unmapped twice',
  check: (program, world) => {
    const { knowledge } = world;
    const found = world.custody();
    return found ? [...notUnmapped(program, found, world), ...unmappedTwice(program, found, knowledge)] : [];
  },
};

const MAPPING: ReadonlySet<string | undefined> = new Set(['map', 'entry-lock', 'locked-chain']);

function mappedBy(step: Step | undefined, knowledge: Knowledge): string | undefined {
  const call = step && calledIn(step);
  return call !== undefined && MAPPING.has(knowledge.primitive(call)?.kind) ? call : undefined;
}

function notUnmapped(program: FunctionProgram, custody: CustodyOf, world: LocalWorld): readonly Lapse[] {
  const { knowledge, ref } = world;
  const leaks = leaksOf(program, custody, ({ step }) => {
    const { leaves, members } = wayOutOfMap(program, step, knowledge);
    return { isKept: leaves, members };
  });
  const byPlace = new Map<string, Lapse>();
  for (const { taken, exit } of leaks) {
    const start = program.steps[taken.step];
    const call = mappedBy(start, knowledge);
    const place = exitPlace(program, exit, taken.step);
    if (call === undefined || !start?.at || !place) continue;
    if (isLetGoByEntry(program, taken.step, ref, world)) continue;
    byPlace.set(`${start.at.line}:${start.at.column} ${place.at.line}:${place.at.column}`, {
      ...place,
      message: `${program.name}() leaves without undoing ${call}() of line ${start.at.line}`,
      reason: `${call}() holds ${heldBy(start, custody, exit, program)} until it is undone, and what it gives does not leave the function`,
    });
  }
  return [...byPlace.values()];
}

/** What is left over: the RCU section, the lock of the table, or both. */
function heldBy(start: Step, { exits }: CustodyOf, exit: number, program: FunctionProgram): string {
  const left = exits
    .filter(({ step }) => step === exit)
    .flatMap(({ open }) => open)
    .filter(({ step }) => program.steps[step]?.text === start.text)
    .map(({ lock }) => (lock === 'ptl' ? "the table's lock" : 'an RCU section'));
  return [...new Set(left)].sort().join(' and ');
}

function unmappedTwice(program: FunctionProgram, custody: CustodyOf, knowledge: Knowledge): readonly Lapse[] {
  const byLine = new Map<number, Lapse>();
  for (const { first, second } of secondReleasesOf(custody)) {
    const [before, again] = [program.steps[first], program.steps[second]];
    const call = again && calledIn(again);
    if (call === undefined || !before?.at || !again?.at || knowledge.primitive(call)?.kind !== 'unmap')
      continue;
    // Of another table, as far as is seen.
    if (before.text !== again.text) continue;
    byLine.set(again.at.line, {
      at: again.at,
      text: again.text,
      message: `${program.name}() calls ${call}() a second time: it did so in line ${before.at.line}`,
      reason: 'it is not mapped again in between, on a way that can be followed',
    });
  }
  return [...byLine.values()];
}
