/**
 * A map of a table that can fail does not fail where the callers hold the lock of that table: whoever makes the pmd another takes
 * that lock, too (mm/khugepaged.c:retract_page_tables). That it is the same table is an assumption, so it is told as information.
 */
import { TABLE_LOCK } from '../kernel/lock-roles.js';
import type { FunctionRef } from '../index/link.js';
import type { FunctionProgram } from '../program/ir.js';
import type { Finding } from '../report/report.js';
import type { ChainWorld } from './chain-memory.js';
import { chainsOf } from './chains.js';
import { holding, parseLockName, type Held } from './held.js';
import { PTE_MAP_UNCHECKED } from './rules/pte-map/unchecked.js';
import { asWalk } from './walks.js';

/** The findings of a function, those about a map that its callers' lock keeps from failing for information. */
export function withCallersLock(
  findings: readonly Finding[],
  ref: FunctionRef,
  program: FunctionProgram,
  world: ChainWorld,
): readonly Finding[] {
  if (!findings.some(({ rule }) => rule === PTE_MAP_UNCHECKED.id) || !isLockedByAll(ref, program, world))
    return findings;
  return findings.map((finding) =>
    finding.rule === PTE_MAP_UNCHECKED.id
      ? { ...finding, severity: 'info', reason: `${finding.reason}; ${LOCKED}` }
      : finding,
  );
}

const LOCKED = 'but all callers hold the lock of a page table, and while it is held its pmd stays as it is';

function isLockedByAll(ref: FunctionRef, program: FunctionProgram, world: ChainWorld): boolean {
  const { chains, isCut } = chainsOf(asWalk(ref, program), world, holdsTableLock);
  return !isCut && chains.length > 0 && chains.every(({ held }) => holdsTableLock(held));
}

const holdsTableLock = (held: Held): boolean =>
  holding(held).some(({ name }) => parseLockName(name).class === TABLE_LOCK);
