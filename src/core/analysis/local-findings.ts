/** Findings of the rules that look at one function by itself. */
import { findingId } from '../report/id.js';
import { plainFinding } from '../report/plain-finding.js';
import { PROTECTIONS } from '../kernel/protections.js';
import type { PrimitiveKind } from '../kernel/types.js';
import type { Finding } from '../report/report.js';
import type { FunctionRef } from '../index/link.js';
import { isSamePlace, type FunctionProgram } from '../program/ir.js';
import { rememberedStates, type ChainWorld } from './chain-memory.js';
import { functionKey } from './change.js';
import { custodyOf, type CustodyOf } from './custody.js';
import { meet } from './held.js';
import { LOCAL_RULES } from './rules.js';
import type { Lapse, LocalWorld } from './rules/rule.js';
import { heldTexts } from './walk-reports.js';

/** The rules that ask whether a function lets go what it takes. */
const OF_BALANCE: ReadonlySet<string> = new Set(['lock/leak', 'pte-map/unbalanced']);

/** Primitives whose locks and maps are for their callers to let go, or which let go what their callers have. */
const FOR_CALLERS: ReadonlySet<PrimitiveKind> = new Set<PrimitiveKind>([
  'map',
  'unmap',
  'entry-lock',
  'locked-chain',
]);

/** Whether the tables know the function as one that takes (or lets go) a lock for who calls it: that is what it is for. */
function takesForCaller({ facts: { name } }: FunctionRef, { knowledge }: ChainWorld): boolean {
  const kind = knowledge.primitive(name)?.kind;
  return (
    (kind !== undefined && FOR_CALLERS.has(kind)) ||
    PROTECTIONS.some(({ calls }) => calls.some(({ api }) => api === name))
  );
}

/** What the local rules find in a function; never an error, because nothing is replayed. */
export function localFindings(
  ref: FunctionRef,
  program: FunctionProgram,
  world: ChainWorld,
): readonly Finding[] {
  return world.memory.local.of(functionKey(ref), () => findingsOf(ref, program, world));
}

function findingsOf(ref: FunctionRef, program: FunctionProgram, world: ChainWorld): readonly Finding[] {
  const local = localWorld(ref, program, world);
  const rules = takesForCaller(ref, world)
    ? LOCAL_RULES.filter(({ id }) => !OF_BALANCE.has(id))
    : LOCAL_RULES;
  return rules.flatMap((rule) =>
    rule.check(program, local).map((lapse) => {
      const { at, text, message, reason, severity } = lapse;
      const held = heldAt(lapse, ref, program, world);
      return plainFinding(at, {
        id: findingId(rule.id, program.file, program.name, text),
        rule: rule.id,
        severity: severity ?? 'warning',
        function: program.name,
        message,
        held,
        chain: [{ function: program.name, file: at.file, line: at.line, held }],
        reason,
      });
    }),
  );
}

/** What the function itself holds there, on all ways to it that are wrong. */
function heldAt(
  { at: place, lock }: Lapse,
  ref: FunctionRef,
  { steps }: FunctionProgram,
  world: ChainWorld,
): readonly string[] {
  const there = steps.flatMap(({ at }, index) => (at && isSamePlace(at, place) ? [index] : []));
  const states = rememberedStates(world)(ref, there, new Map()) ?? [];
  const [first, ...others] = states.filter(
    ({ held }) => lock === undefined || (held.get(lock)?.count ?? 0) > 0,
  );
  return first ? heldTexts(others.reduce((held, state) => meet(held, state.held), first.held)) : [];
}

function localWorld(ref: FunctionRef, program: FunctionProgram, world: ChainWorld): LocalWorld {
  const { index, knowledge, programs } = world;
  const effect = world.effects.within(ref);
  let custody: { readonly found: CustodyOf | undefined } | undefined;
  return {
    ref,
    index,
    knowledge,
    effect,
    custody: () => (custody ??= { found: custodyOf(program, effect) }).found,
    inSameFile: (name) => {
      const other = index.definitions(name, { file: ref.file }).find((each) => each.file === ref.file);
      return other && programs.of(other);
    },
  };
}
