/**
 * Functions of real kernels that people have judged by reading, and what the tool says about them. The cases are in
 * test/kernel/known-cases.json: facts about public kernels, in our words.
 */
import { LOCAL_RULES, LOCK_RULES, WALK_RULES } from '../../src/core/analysis/rules.js';
import { FREE_BEFORE_CLEAR } from '../../src/core/analysis/rules/freer/free-before-clear.js';
import { FREER_UNLOCKED } from '../../src/core/analysis/rules/freer/unlocked.js';
import { WRONG_LOCK } from '../../src/core/analysis/wrong-lock.js';
import { NEVER_CANCELLED } from '../../src/core/ports.js';
import type { Finding } from '../../src/core/report/report.js';
import type { Session } from '../../src/core/session.js';
import cases from '../kernel/known-cases.json' with { type: 'json' };

/** `flag`: an error or a warning; `info`: information only; `silent`: nothing. */
export type Judgement = 'flag' | 'info' | 'silent';

export interface KnownCase {
  readonly id: string;
  /** Version of the tree: `6.12`. */
  readonly tree: string;
  readonly file: string;
  readonly function: string;
  /** The rule that has to see it. */
  readonly rule: string;
  readonly expected: Judgement;
  readonly why: string;
  /** Files with the walks that the function reaches, where they are not in its own. */
  readonly also?: readonly string[];
}

export const KNOWN_CASES: readonly KnownCase[] = cases.map((each) => {
  const { expected } = each;
  if (expected !== 'flag' && expected !== 'info' && expected !== 'silent')
    throw new Error(`${each.id}: ${expected}`);
  return { ...each, expected };
});

export interface KnownAnswer {
  readonly given: Judgement;
  readonly findings: readonly Finding[];
  /** `waiting`: its rule is not there yet, so that silence means nothing. */
  readonly outcome: 'right' | 'wrong' | 'waiting';
}

const RULES: ReadonlySet<string> = new Set(
  [...WALK_RULES, ...LOCAL_RULES, ...LOCK_RULES, WRONG_LOCK, FREER_UNLOCKED, FREE_BEFORE_CLEAR].map(
    ({ id }) => id,
  ),
);

export const hasRule = (known: KnownCase): boolean => RULES.has(known.rule);

/** A finding speaks of a function when it is there, or when the function is on its call chain. */
function speaksOf({ file, function: name }: KnownCase, finding: Finding): boolean {
  const places = [finding, ...finding.chain];
  return places.some((each) => each.file === file && each.function === name);
}

/** Where silence is right, information of another kind of rule is an answer to another question. */
const isAbout = ({ rule, expected }: KnownCase, finding: Finding): boolean =>
  expected !== 'silent' || finding.severity !== 'info' || finding.rule.split('/')[0] === rule.split('/')[0];

/** Scans the files of a case, with replay, and compares. */
export function askAbout(known: KnownCase, session: Session): KnownAnswer {
  const { findings: all } = session.scan(
    [known.file, ...(known.also ?? [])],
    { replay: true },
    { cancellation: NEVER_CANCELLED, progress: () => undefined },
  );
  const findings = all.filter((finding) => speaksOf(known, finding) && isAbout(known, finding));
  const given = judgementOf(findings);
  const outcome = given !== known.expected ? 'wrong' : hasRule(known) ? 'right' : 'waiting';
  return { given, findings, outcome: outcome === 'wrong' && !hasRule(known) ? 'waiting' : outcome };
}

function judgementOf(findings: readonly Finding[]): Judgement {
  if (findings.length === 0) return 'silent';
  return findings.every(({ severity }) => severity === 'info') ? 'info' : 'flag';
}
