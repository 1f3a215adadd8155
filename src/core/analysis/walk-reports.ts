/** Walks, chains and suspicions in the words of the report. */
import type { ChainHop, Finding, Severity, WalkerReport, WalkJudgement } from '../report/report.js';
import { findingId } from '../report/id.js';
import type { Chain, Chains } from './chain.js';
import { holding } from './held.js';
import type { Origin, OriginKind } from './origin.js';
import type { WalkRule } from './rules.js';
import type { Reach } from './verdicts.js';
import type { Walk } from './walks.js';

export function hopsOf(chain: Chain): readonly ChainHop[] {
  return chain.hops.map(({ ref, at, held }) => ({
    function: ref.facts.name,
    file: ref.file,
    line: at?.line ?? ref.facts.line,
    held: heldTexts(held),
  }));
}

/** `mem_hotplug_lock`, `mmap_lock(init_mm):read`: what is held, for people. Locals of callers lose the caller's mark. */
export function heldTexts(held: Chain['held']): readonly string[] {
  return holding(held).map(({ name, mode, asserted }) => {
    const plain = name.replace(/\(\w+:(?!:)/, '(');
    return `${plain}${mode === 'read' && /\(/.test(plain) ? ':read' : ''}${asserted ? ' (asserted)' : ''}`;
  });
}

export function walkerOf(
  walk: Walk,
  { chains }: Chains,
  judgement: WalkJudgement,
  { ranges, reason }: Pick<WalkerReport, 'ranges' | 'reason'>,
): WalkerReport {
  return {
    file: walk.ref.file,
    function: walk.ref.facts.name,
    line: walk.place.line,
    tables: walk.tables,
    ranges,
    judgement,
    reason,
    roots: chains.map((chain) => ({ chain: hopsOf(chain) })),
  };
}

/** Where a lock could not be taken, is not this function's to take, or may have been taken: told for information. */
const HARMLESS: readonly OriginKind[] = ['faulting', 'callers', 'assumed'];

export function findingOf(
  rule: WalkRule,
  walk: Walk,
  chain: Chain,
  origin: Origin,
  { live, latent, reason }: Reach,
): Finding {
  const held = heldTexts(chain.held);
  const what = walk.tables === 'pfn' ? 'the memory map' : `${rule.tables} page tables`;
  const holds = held.length === 0 ? 'it holds nothing' : `it holds ${held.join(', ')}`;
  const missing = rule.missing.filter((each) => !held.includes(each));
  const isOfNoUse =
    held.length === 0 ? 'and no lock keeps that out in this tree' : 'which does not keep that out here';
  const lacks = missing.length === 0 ? isOfNoUse : `not ${missing.join(' or ')}`;
  return {
    id: findingId(rule.id, walk.ref.file, walk.ref.facts.name, walk.text),
    rule: rule.id,
    severity: HARMLESS.includes(origin.kind) ? 'info' : severityOf(live, chain),
    live,
    latent,
    file: walk.ref.file,
    line: walk.place.line,
    column: walk.place.column,
    endLine: walk.place.endLine,
    endColumn: walk.place.endColumn,
    function: walk.ref.facts.name,
    message: `${walk.ref.facts.name}() walks ${what}, and ${rule.danger}: ${holds}, ${lacks}`,
    freer: rule.freer,
    held,
    missing,
    chain: hopsOf(chain),
    verdict: 'not-run',
    consequence: null,
    states: 0,
    reason: [reason, origin.text, contextText(chain)].filter((each) => each !== '').join('; '),
  };
}

/** Before replay: information where no architecture has the freer, or where the root can't take a lock; else a warning. */
function severityOf(live: readonly string[], chain: Chain): Severity {
  if (live.length === 0) return 'info';
  return chain.top.kind === 'root' && chain.top.context?.sleeps === false ? 'info' : 'warning';
}

function contextText({ top }: Chain): string {
  if (top.kind !== 'root' || !top.context) return '';
  return `${top.context.title}${top.context.sleeps ? '' : ', which can not take a sleeping lock'}`;
}
