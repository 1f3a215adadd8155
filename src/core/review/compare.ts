/** Two scans of the same functions, without and with a patch: what is introduced, fixed, or remains. */
import { protectionOf } from '../kernel/protections.js';
import { gravityOf } from '../report/order.js';
import type { Finding, WalkerReport } from '../report/report.js';
import type { Judged } from './looks.js';
import { rootKey } from './open-roots.js';
import type { ProtectionChange, ReviewFinding } from './report.js';

/** How much a finding counts; what replay has refuted counts nothing. */
const weightOf = ({ severity, verdict }: Finding): number =>
  verdict === 'refuted' ? 0 : gravityOf(severity);

/** Findings by id are the same; one that only the other side has in another place, with the same walk, has moved. */
export function compareFindings(before: Judged, after: Judged): readonly ReviewFinding[] {
  const gone = unmatched(before.findings, after.findings);
  const come = unmatched(after.findings, before.findings);
  const moves = onceEach(come.flatMap((finding) => pairOf(finding, gone, before, after)));
  const moved = new Set(moves.values());
  const known = new Map(before.findings.map((finding) => [finding.id, finding]));
  const stays = after.findings.filter((finding) => !come.includes(finding));
  return [
    ...come.map((finding): ReviewFinding => {
      const was = moves.get(finding);
      return was ? withChange(finding, was, before, after) : introduced(finding, undefined, after);
    }),
    ...stays.map((finding) => withChange(finding, known.get(finding.id) ?? finding, before, after)),
    ...gone
      .filter((finding) => !moved.has(finding))
      .map((finding): ReviewFinding => ({ ...finding, change: 'fixed' })),
  ].filter((finding) => finding.change === 'remaining' || weightOf(finding) > 0);
}

/** Pairs in which nobody is twice. */
function onceEach(pairs: readonly (readonly [Finding, Finding])[]): ReadonlyMap<Finding, Finding> {
  const taken = new Set<Finding>();
  return new Map(pairs.filter(([, was]) => !taken.has(was) && taken.add(was)));
}

/** Those of `left` that have no partner of the same id in `right`, one for one. */
function unmatched(left: readonly Finding[], right: readonly Finding[]): readonly Finding[] {
  const free = new Map<string, number>();
  for (const { id } of right) free.set(id, (free.get(id) ?? 0) + 1);
  return left.filter(({ id }) => {
    const count = free.get(id) ?? 0;
    free.set(id, count - 1);
    return count <= 0;
  });
}

/**
 * The finding that was the same walk before, under another id: its text has changed, or its function has moved to another file or
 * has another name.
 */
function pairOf(
  finding: Finding,
  gone: readonly Finding[],
  before: Judged,
  after: Judged,
): readonly (readonly [Finding, Finding])[] {
  const ofRule = gone.filter(({ rule }) => rule === finding.rule);
  const own = ofRule.filter((other) => isSameFunction(other, finding));
  const [only] = own;
  if (only && own.length === 1) return [[finding, only]];
  if (walksIn(finding, before)) return [];
  const [was, ...others] = ofRule.filter(
    (other) =>
      (other.function === finding.function || other.file === finding.file) &&
      withoutName(other.message, other.function) === withoutName(finding.message, finding.function) &&
      !walksIn(other, after),
  );
  return was && others.length === 0 ? [[finding, was]] : [];
}

const isSameFunction = (one: Finding, other: Finding): boolean =>
  one.file === other.file && one.function === other.function;

/** Whether the function of a finding walks on the other side, too: then it has not moved. */
const walksIn = ({ file, function: name }: Finding, { walkers }: Judged): boolean =>
  walkers.some((walker) => walker.file === file && walker.function === name);

const withoutName = (message: string, name: string): string => message.replaceAll(`${name}()`, '');

function introduced(finding: Finding, was: Finding | undefined, { open }: Judged): ReviewFinding {
  const other = was && { severity: was.severity, verdict: was.verdict };
  return { ...finding, change: 'introduced', ...(other ? { other } : {}), open: open.get(finding.id) ?? [] };
}

/** The same finding on both sides: its weight may have changed, and who reaches it unprotected. */
function withChange(now: Finding, was: Finding, before: Judged, after: Judged): ReviewFinding {
  const isMoved = !isSameFunction(now, was);
  const movedFrom =
    now.id !== was.id ? { movedFrom: { id: was.id, file: was.file, function: was.function } } : {};
  if (weightOf(now) > weightOf(was)) return { ...introduced(now, was, after), ...movedFrom };
  if (weightOf(now) < weightOf(was))
    return { ...was, change: 'fixed', other: { severity: now.severity, verdict: now.verdict } };
  const open = after.open.get(now.id) ?? [];
  const left = new Set(open.map(rootKey));
  const closed = (before.open.get(was.id) ?? []).filter((root) => !left.has(rootKey(root)));
  return {
    ...now,
    change: 'remaining',
    ...movedFrom,
    open,
    ...(closed.length > 0 && !isMoved ? { closed } : {}),
  };
}

/**
 * Walkers whose walk holds other locks, on all ways that reach it, than without the patch. Only locks that the patch has a word of
 * count: chains that end elsewhere now may show another part of what is held.
 */
export function protectionChanges(
  before: Judged,
  after: Judged,
  words: ReadonlySet<string>,
): readonly ProtectionChange[] {
  const isTouched = (lock: string): boolean => {
    const name = lock.replace(/[(:].*/, '');
    return words.has(name) || protectionOf(name)?.calls.some(({ api }) => words.has(api)) === true;
  };
  const was = weakestOf(before.walkers);
  return [...weakestOf(after.walkers)].flatMap(([key, { walker, held }]): readonly ProtectionChange[] => {
    const old = was.get(key);
    if (!old) return [];
    const withoutIt = old.held.filter((lock) => held.includes(lock) || isTouched(lock));
    const withIt = held.filter((lock) => old.held.includes(lock) || isTouched(lock));
    if (withoutIt.join() === withIt.join()) return [];
    const { file, function: name, line } = walker;
    return [{ file, function: name, line, before: withoutIt, after: withIt }];
  });
}

/** `mmap_lock:read` of `mmap_lock(mm):read`: each chain has its own name for the same object. init_mm has one. */
const plainLock = (lock: string): string => lock.replace(/\((?!init_mm\))[^)]*(?:\)|$)/, '');

/** For each walking function what all of its chains hold. */
function weakestOf(
  walkers: readonly WalkerReport[],
): ReadonlyMap<string, { readonly walker: WalkerReport; readonly held: readonly string[] }> {
  const found = new Map<string, { walker: WalkerReport; held: readonly string[] }>();
  for (const walker of walkers) {
    if (walker.roots.length === 0) continue;
    const key = `${walker.file} ${walker.function}`;
    const [first = [], ...others] = walker.roots.map(({ chain }) =>
      (chain.at(-1)?.held ?? []).map(plainLock),
    );
    const own = first.filter((lock) => others.every((each) => each.includes(lock)));
    const known = found.get(key);
    found.set(key, { walker, held: known ? known.held.filter((lock) => own.includes(lock)) : own });
  }
  return found;
}
