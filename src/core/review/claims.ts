/** What a commit message says of locks, held against the matrix of the tree that it is put on. */
import { FREERS } from '../kernel/freers.js';
import { excludes } from '../kernel/matrix.js';
import type { FreerId } from '../kernel/types.js';
import { capabilitiesOn, factsOf, type TreeFacts } from '../kernel/tree.js';
import {
  CLAIMING,
  FREER_PHRASES,
  HEDGED,
  KEPT_FROM,
  PROTECTION_PHRASES,
  type FreerPhrase,
  type ProtectionPhrase,
} from './claims-table.js';
import type { Patch } from './patch/patch.js';
import type { CheckedClaim } from './report.js';

/** Claims of the form "this lock keeps that freer out", each checked on every architecture where the freer is live. */
export function checkClaims(
  { message, lines }: Pick<Patch, 'message' | 'lines'>,
  tree: TreeFacts,
): readonly CheckedClaim[] {
  const found = sentencesOf(message).flatMap((sentence) => {
    if (!isClaim(sentence)) return [];
    const { protections, rest } = protectionsIn(sentence);
    // Of several locks in a sentence it is not clear which is meant.
    const [protection, ...others] = protections;
    if (!protection || others.length > 0) return [];
    return FREER_PHRASES.filter(
      ({ pattern, freer }) => pattern.test(rest) && (!protection.tables || OF_USER.has(freer)),
    ).flatMap((freer) => {
      const claim = checked(protection, freer, tree);
      return claim ? [{ ...claim, quote: sentence, line: lineOf(sentence, lines) }] : [];
    });
  });
  return [...new Map(found.map((claim) => [claim.id, claim])).values()];
}

/** Freers of the tables of processes. */
const OF_USER: ReadonlySet<FreerId> = new Set(
  FREERS.filter(({ tables }) => tables.includes('user')).map(({ id }) => id),
);

/** `so that tables can not be freed` says that something is kept out; any other "not" leaves the sentence alone. */
function isClaim(sentence: string): boolean {
  const plain = sentence.replace(KEPT_FROM, 'is kept from');
  return CLAIMING.test(plain) && !HEDGED.test(plain);
}

function checked(
  { held, name }: ProtectionPhrase,
  freer: FreerPhrase,
  tree: TreeFacts,
): Pick<CheckedClaim, 'id' | 'isRight' | 'answer' | 'source'> | undefined {
  const live = factsOf(tree, freer.freer).live.map(({ architecture }) => architecture);
  if (live.length === 0) return undefined;
  const answers = live.map((architecture) => ({
    architecture,
    verdict: excludes(freer.freer, [held], { capabilities: capabilitiesOn(tree, architecture) }),
  }));
  const open = answers.filter(({ verdict }) => verdict.excludes !== 'yes');
  const id = `${held.protection}:${held.mode}:${freer.freer}`;
  const row = open[0]?.verdict.row ?? answers[0]?.verdict.row;
  const source = row?.source ?? FREERS.find((each) => each.id === freer.freer)?.source ?? '';
  if (open.length === 0) return { id, isRight: true, answer: `${name} keeps ${freer.name} out`, source };
  const where =
    open.length === live.length ? '' : ` on ${open.map(({ architecture }) => architecture).join(', ')}`;
  const why = row ? row.note : 'the freer does not take it, nor wait for it';
  const isPart = open.every(({ verdict }) => verdict.excludes === 'partly');
  const answer = isPart
    ? `${name} keeps ${freer.name} out only in part${where}: ${why}`
    : `${name} does not keep ${freer.name} out${where}: ${why}`;
  return { id, isRight: false, answer, source };
}

function protectionsIn(sentence: string): {
  readonly protections: readonly ProtectionPhrase[];
  readonly rest: string;
} {
  let rest = sentence;
  const protections = PROTECTION_PHRASES.filter(({ pattern }) => {
    const without = rest.replace(pattern, ' ');
    const isThere = without !== rest;
    rest = without;
    return isThere;
  });
  return { protections, rest };
}

/** Sentences of the paragraphs; traces, quotes, tags and code are none. */
function sentencesOf(message: string): readonly string[] {
  return message
    .split(/\n\s*\n/)
    .map((paragraph) =>
      paragraph
        .split('\n')
        .filter((line) => !/^(?:\s{4,}|\t|>|[A-Z][\w-]+: )/.test(line))
        .join(' '),
    )
    .flatMap((paragraph) =>
      paragraph.split(/(?<=[.!?])\s+(?=[A-Z0-9`"(]|$)|(?<=[;,])\s+(?=so |hence |therefore )/),
    )
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence !== '');
}

/** The line of the patch's text on which the sentence begins. */
function lineOf(sentence: string, lines: readonly string[]): number {
  const words = sentence.split(' ').slice(0, 3).join(' ');
  const at = lines.findIndex((line) => line.replace(/\s+/g, ' ').includes(words));
  return at < 0 ? lines.findIndex((line) => line.includes(sentence.split(' ')[0] ?? '')) + 1 : at + 1;
}
