/** A reviewer's remarks, as questions: nobody is accused, and what the tool only assumes is said. Plain sentences, no line numbers. */
import { WALK_RULES } from '../analysis/rules.js';
import { FREERS } from '../kernel/freers.js';
import type { CheckedClaim, OpenRoot, Requirement, ReviewFinding } from './report.js';

/** Names that are told before it says how many more there are. */
const NAMES = 8;
/** So many architectures are named. */
const ARCHITECTURES = 6;

/** What is introduced: the walk, the freer, what is missing, and who reaches it. */
export function findingText(finding: ReviewFinding): string {
  const { function: name, missing, live, freer } = finding;
  if (freer === null) {
    const why = finding.reason === '' ? '' : `${finding.message.includes(':') ? ';' : ':'} ${finding.reason}`;
    return `As far as I can see, ${withoutLines(finding.message + why)}. Is that intended?`;
  }
  const title = FREERS.find(({ id }) => id === freer)?.title ?? freer;
  if (live.length === 0)
    return `No architecture that this runs on has ${title} yet, but with it ${name}() would race: it does not hold ${missing.join(' or ')}.`;
  const isOfFrames = WALK_RULES.some(({ id, tables }) => id === finding.rule && tables === 'pfn');
  const loss = isOfFrames
    ? `taking away the struct pages that ${name}() looks at`
    : `freeing a table while ${name}() is in it`;
  const missed = isOfFrames ? missing.join(' or ') : `${missing.join(' or ')} taken`;
  const keeps = `What keeps ${title} (${architecturesOf(live)}) from ${loss}? I don't see ${missed}${wayText(finding)}.`;
  return [keeps, verdictSentence(finding), rootsText(finding.open ?? []), placeText(finding)]
    .filter((part) => part !== '')
    .join(' ');
}

/** The remark stands under the line, and lines of the file are others for each reader. */
const withoutLines = (text: string): string =>
  text.replace(/ (?:in|of) line \d+/g, '').replace(/(\.[chS]):\d+/g, '$1');

const architecturesOf = (live: readonly string[]): string =>
  live.length <= ARCHITECTURES ? live.join(', ') : `on ${live.length} architectures`;

function wayText({ chain, function: name, held }: ReviewFinding): string {
  const [first] = chain;
  const way = first && first.function !== name ? ` on the way from ${first.function}()` : '';
  return held.length === 0 ? way : `${way} (only ${held.join(', ')})`;
}

function verdictSentence({ verdict, consequence }: ReviewFinding): string {
  switch (verdict) {
    case 'confirmed':
      return `Stepping through both ends in ${consequence ?? 'a race'}.`;
    case 'unknown':
    case 'not-replayable':
    case 'not-run':
      return 'I could not run the two against each other, so this is by reading only.';
    case 'refuted':
      return '';
  }
}

/** `It is reached by f() (arm64) and g() (x86).` */
export function rootsText(open: readonly OpenRoot[]): string {
  return open.length < 2 ? '' : `It is reached unprotected from ${namesOf(open)}.`;
}

/** Where the lock would protect more: the fewest places for all, when there are several ways to the walk. */
function placeText({ placement, open = [] }: ReviewFinding): string {
  const [first] = placement?.places ?? [];
  if (!placement || !first || open.length < 2 || first.protects < 2) return '';
  const whole = first.protects >= placement.roots ? 'all of them' : `${first.protects} of them`;
  return `Would ${placement.take} in ${first.function}() protect ${whole}?`;
}

/** Whether the patch protects some of the ways to a walk, and leaves others. */
export const isPartlyFixed = ({ change, severity, closed = [], open = [] }: ReviewFinding): boolean =>
  change === 'remaining' && severity !== 'info' && closed.length > 0 && open.length > 0;

/** `dump_show() is protected from memory hot-remove with this; check_wx() is not.` */
export function partText({ closed = [], open = [], freer }: ReviewFinding): string {
  const are = (roots: readonly OpenRoot[]): string => (roots.length === 1 ? 'is' : 'are');
  return `${namesOf(closed)} ${are(closed)} protected from ${freerTitle(freer)} with this; ${namesOf(open)} ${are(open)} not.`;
}

/** The patch protects some of the ways to the walk, and others are left. */
export function partialText(finding: ReviewFinding): string {
  const { function: name, closed = [], open = [], freer } = finding;
  const now = closed.length === 1 ? 'is protected' : 'are protected';
  const rest = open.length === 1 ? 'still reaches' : 'still reach';
  const left = `${namesOf(closed)} ${now} from ${freerTitle(freer)} with this, but ${namesOf(open)} ${rest} ${name}() without: is that left for later?`;
  return [left, placeText(finding)].filter((part) => part !== '').join(' ');
}

const freerTitle = (freer: ReviewFinding['freer']): string =>
  FREERS.find(({ id }) => id === freer)?.title ?? freer ?? 'the freer';

/** `dump_show() (arm64, riscv), check_wx()`: those of one name together. */
function namesOf(roots: readonly OpenRoot[]): string {
  const named = new Map<string, Set<string>>();
  for (const { function: name, architecture } of roots) {
    const known = named.get(name) ?? new Set();
    if (architecture !== undefined) known.add(architecture);
    named.set(name, known);
  }
  const all = [...named].map(
    ([name, on]) => `${name}()${on.size === 0 ? '' : ` (${[...on].sort().join(', ')})`}`,
  );
  const shown = all.slice(0, NAMES);
  return `${shown.join(', ')}${all.length > shown.length ? ` and ${all.length - shown.length} more` : ''}`;
}

/** The patch takes something around the walk, and the freer is not kept out by it. */
export function heldInsteadText(finding: ReviewFinding, gained: readonly string[]): string {
  const title = FREERS.find(({ id }) => id === finding.freer)?.title ?? finding.freer ?? 'the freer';
  const does = finding.missing.length === 0 ? 'it does not' : `only ${finding.missing.join(' or ')} does`;
  return `Is ${gained.join(', ')} meant to keep ${title} out of ${finding.function}(), too? As far as I can see ${does}.`;
}

export function requirementText({ function: name, lock, missing }: Requirement): string {
  return `${name}() now expects ${lock} to be held. Does everybody? I don't see it taken on the way from ${namesOf(missing)}.`;
}

export function claimText({ answer }: CheckedClaim): string {
  return `Is that so? As far as I can see, ${answer}.`;
}
