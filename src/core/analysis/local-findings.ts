/** Findings of the rules that look at one function by itself. */
import { findingId } from '../report/id.js';
import { plainFinding } from '../report/plain-finding.js';
import { PROTECTIONS } from '../kernel/protections.js';
import type { PrimitiveKind } from '../kernel/types.js';
import type { Finding } from '../report/report.js';
import type { FunctionRef } from '../index/link.js';
import type { FunctionProgram } from '../program/ir.js';
import { localKey, type ChainWorld } from './chains.js';
import { custodyOf, type CustodyOf } from './custody.js';
import { LOCAL_RULES } from './rules.js';
import type { LocalWorld } from './rules/rule.js';

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

/** What the local rules find in a function; never an error, because nothing is replayed. Of a text that was seen before, from memory. */
export function localFindings(
  ref: FunctionRef,
  program: FunctionProgram,
  world: ChainWorld,
): readonly Finding[] {
  const { local } = world.memory;
  const key = localKey(ref.file, ref.facts.name);
  const identity = world.programs.identity(ref) ?? '';
  const { line } = ref.facts;
  const known = local.get(key);
  if (known?.identity === identity)
    return known.findings.map((finding) => movedBy(finding, line - known.line));
  const findings = findingsOf(ref, program, world);
  local.set(key, { identity, line, findings });
  return findings;
}

/** The same finding, so many lines further down. All of its places are in the function. */
function movedBy(finding: Finding, lines: number): Finding {
  if (lines === 0) return finding;
  const chain = finding.chain.map((hop) => ({ ...hop, line: hop.line + lines }));
  return { ...finding, line: finding.line + lines, endLine: finding.endLine + lines, chain };
}

function findingsOf(ref: FunctionRef, program: FunctionProgram, world: ChainWorld): readonly Finding[] {
  const local = localWorld(ref, program, world);
  const rules = takesForCaller(ref, world)
    ? LOCAL_RULES.filter(({ id }) => !OF_BALANCE.has(id))
    : LOCAL_RULES;
  return rules.flatMap((rule) =>
    rule.check(program, local).map(({ at, text, message, reason, severity }) =>
      plainFinding(at, {
        id: findingId(rule.id, program.file, program.name, text),
        rule: rule.id,
        severity: severity ?? 'warning',
        function: program.name,
        message,
        chain: [{ function: program.name, file: at.file, line: at.line, held: [] }],
        reason,
      }),
    ),
  );
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
