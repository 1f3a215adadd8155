/** Mutants of walkers that a lock protects, and whether a scan finds them. scripts/mutation.ts has the method in words. */
import { parseLockName } from '../../src/core/analysis/held.js';
import { WALK_RULES, type WalkRule } from '../../src/core/analysis/rules.js';
import { exclusions } from '../../src/core/kernel/matrix.js';
import { PROTECTIONS } from '../../src/core/kernel/protections.js';
import { NEVER_CANCELLED } from '../../src/core/ports.js';
import type { WalkerReport, WalkJudgement } from '../../src/core/report/report.js';
import type { Session } from '../../src/core/session.js';
import { mutantsOf, unaskedMutants, type Mutant, type Replacement } from '../../scripts/mutants-of.js';

export interface MutationResult {
  readonly walker: WalkerReport;
  readonly mutant: Mutant;
  /** `found`, or `survives`; else why the mutant is no defect. */
  readonly outcome: 'found' | 'survives' | 'owned' | 'context' | 'latent' | 'protected';
  readonly says: string;
}

/** Which mutants are made: every `every`th one, and of these those whose line (`mutantLine`) matches. */
export interface Picked {
  readonly every: number;
  readonly only?: RegExp;
}

/** A walker and what was done to it, in one line. */
export const mutantLine = (walker: WalkerReport, mutant: Mutant): string =>
  `${walker.file} ${walker.function}(): ${mutant.what} in ${mutant.function}()`;

/** The results of the picked mutants of the walkers in these files (all: none named); each is told as it comes. */
export function measureMutation(
  session: Session,
  files: readonly string[],
  { every, only = /(?:)/ }: Picked,
  tell: (result: MutationResult) => void,
): readonly MutationResult[] {
  const { walkers, findings } = session.scan(
    files,
    { replay: false },
    { cancellation: NEVER_CANCELLED, progress: () => undefined },
  );
  const known = new Set(
    findings.map(({ rule, file, function: name, line }) => `${rule} ${file} ${name} ${line}`),
  );
  const safe = walkers.filter(({ judgement }) => SAFE.has(judgement));
  const cases = safe.flatMap((walker) => mutantsOn(walker, session).map((mutant) => ({ walker, mutant })));
  return cases
    .filter(({ walker, mutant }, index) => index % every === 0 && only.test(mutantLine(walker, mutant)))
    .map(({ walker, mutant }) => {
      const result = judge(walker, mutant, known, session);
      tell(result);
      return result;
    });
}

/** What is reported as it stands can't be found anew, and of what no rule is about nothing is expected. */
const SAFE: ReadonlySet<WalkJudgement> = new Set<WalkJudgement>(['protected', 'owned', 'context']);

const rulesOf = ({ tables }: WalkerReport): readonly WalkRule[] =>
  WALK_RULES.filter((rule) => rule.tables === tables || (tables === 'either' && rule.tables !== 'pfn'));

/** Locks that exclude the freer of a rule, by the matrix. */
function keepersOf(walker: WalkerReport): ReadonlySet<string> {
  const freers = new Set(rulesOf(walker).map(({ freer }) => freer));
  return new Set(
    [...freers].flatMap((freer) =>
      exclusions(freer)
        .filter(({ excludes }) => excludes === 'yes')
        .map(({ protection }) => protection),
    ),
  );
}

/** What keeps none of the freers of such tables out. */
const otherLock = ({ tables }: WalkerReport): Replacement =>
  tables === 'user'
    ? { acquire: 'get_online_mems()', release: 'put_online_mems()' }
    : { acquire: 'rcu_read_lock()', release: 'rcu_read_unlock()' };

/** The mutants at every hop of a walker's chains; each once. */
function mutantsOn(walker: WalkerReport, session: Session): readonly Mutant[] {
  const found = new Map<string, Mutant>();
  const keepers = keepersOf(walker);
  const add = (mutant: Mutant): void =>
    void found.set(`${mutant.file} ${mutant.function} ${mutant.what}`, mutant);
  const own = session.read(walker.file);
  if (walker.tables === 'pfn' && own !== undefined) unaskedMutants(own, { ...walker, held: [] }).forEach(add);
  for (const { chain } of walker.roots) {
    for (const name of chain.at(-1)?.held ?? []) {
      const id = parseLockName(name.replace(/:read$/, '')).class;
      const protection = keepers.has(id) ? PROTECTIONS.find((each) => each.id === id) : undefined;
      // The function that takes it, however many levels up.
      const hop = chain.find(({ held }) => held.includes(name));
      const text = hop && session.read(hop.file);
      if (protection && hop && text !== undefined)
        mutantsOf(text, hop, protection, otherLock(walker)).forEach(add);
    }
  }
  return [...found.values()];
}

function judge(
  walker: WalkerReport,
  mutant: Mutant,
  known: ReadonlySet<string>,
  session: Session,
): MutationResult {
  session.openDocument(mutant.file, mutant.text);
  const { findings, walkers } = session.diagnose(walker.file);
  session.closeDocument(mutant.file);
  const found = findings.filter(
    ({ rule, file, function: name, line }) =>
      name === walker.function && !known.has(`${rule} ${file} ${name} ${line}`),
  );
  const result = { walker, mutant };
  if (found.length > 0) {
    const says = found.map(({ severity, rule }) => `${severity} ${rule}`).join(', ');
    return { ...result, outcome: 'found', says };
  }
  const after = walkers.find(({ function: name, line }) => name === walker.function && line === walker.line);
  if (!after) return { ...result, outcome: 'survives', says: 'the walk is not seen any more' };
  return { ...result, ...reasonOf(after, mutant, keepersOf(walker)) };
}

/** Why there is no finding: what the walk rests on now, and what is still held. */
function reasonOf(
  after: WalkerReport,
  mutant: Mutant,
  keepers: ReadonlySet<string>,
): Pick<MutationResult, 'outcome' | 'says'> {
  const lock = mutant.what.replace(/ .*/, '');
  const held = after.roots.flatMap(({ chain }) => chain.at(-1)?.held ?? []);
  const paths = after.roots
    .slice(0, 2)
    .map(({ chain }) => chain.map((hop) => hop.function).join(' > '))
    .join('; ');
  const { judgement } = after;
  if (judgement === 'owned' || judgement === 'context' || judgement === 'latent')
    return { outcome: judgement, says: `${after.reason}: ${paths}` };
  // What the ways through the changed function still hold. Where another lock is enough further down, it is on none of them: then all.
  const isThrough = ({ chain }: WalkerReport['roots'][number]): boolean =>
    chain.some(({ file, function: name }) => file === mutant.file && name === mutant.function);
  const through = after.roots.filter(isThrough);
  const kept = (through.length > 0 ? through : after.roots).map(({ chain }) =>
    (chain.at(-1)?.held ?? []).filter((name) => isOtherKeeper(name, lock, keepers)),
  );
  const isKept = kept.length > 0 && kept.every((names) => names.length > 0);
  return judgement === 'protected' && isKept
    ? { outcome: 'protected', says: `still held: ${[...new Set(kept.flat())].join(', ')}` }
    : {
        outcome: 'survives',
        says: `${judgement} by ${[...new Set(held)].join(', ') || 'nothing'} on ${paths}`,
      };
}

/** Whether a lock that is held, as it is written in a report, is another one that excludes the freer. */
function isOtherKeeper(name: string, lock: string, keepers: ReadonlySet<string>): boolean {
  const { class: other } = parseLockName(name.replace(/ \(asserted\)$/, '').replace(/:read$/, ''));
  return other !== lock && keepers.has(other);
}
