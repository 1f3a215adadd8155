/** What was found before an edit, with the lines of the text after it. */
import type { BodyEdit } from '../index/known-answers.js';
import type { Finding, WalkerReport } from '../report/report.js';

/** Where a line of a file is now; undefined: nobody can tell. */
export type LineNow = (file: string, line: number) => number | undefined;

type Place = { readonly file: string; readonly line: number };

/** The same findings; undefined where a sentence names a line, which is another one now. */
export function movedFindings(findings: readonly Finding[], edit: BodyEdit): readonly Finding[] | undefined {
  if (edit.by === 0 || findings.length === 0) return findings;
  return findingsAt(findings, linesAfter(edit));
}

export function movedWalkers(
  walkers: readonly WalkerReport[],
  edit: BodyEdit,
): readonly WalkerReport[] | undefined {
  return edit.by === 0 ? walkers : walkersAt(walkers, linesAfter(edit));
}

function linesAfter({ file: edited, after, by }: BodyEdit): LineNow {
  return (file, line) => (file === edited && line > after ? line + by : line);
}

/** Findings with the lines that they have now; undefined where one of these, or one that a sentence names, can not be told. */
export function findingsAt(findings: readonly Finding[], lineNow: LineNow): readonly Finding[] | undefined {
  const places = findings.flatMap((finding) => placesOf(finding));
  if (!places.every((place) => isTold(place, lineNow))) return undefined;
  const hasMoved = (finding: Finding): boolean =>
    placesOf(finding).some(({ file, line }) => lineNow(file, line) !== line);
  if (findings.some((finding) => tellsLine(finding) && hasMoved(finding))) return undefined;
  return findings.map((finding) => findingAt(finding, lineNow));
}

export function walkersAt(
  walkers: readonly WalkerReport[],
  lineNow: LineNow,
): readonly WalkerReport[] | undefined {
  const places = walkers.flatMap((walker) => [walker, ...walker.roots.flatMap(({ chain }) => chain)]);
  if (!places.every((place) => isTold(place, lineNow))) return undefined;
  return walkers.map((walker) => ({
    ...placeAt(walker, lineNow),
    roots: walker.roots.map(({ chain }) => ({ chain: chain.map((hop) => placeAt(hop, lineNow)) })),
  }));
}

const NAMES_LINE = /\blines? \d/;

function tellsLine({ message, reason, related = [], placement }: Finding): boolean {
  const sentences = [message, reason, ...related.map((place) => place.message)];
  const reasons = placement?.left.map((root) => root.reason) ?? [];
  return [...sentences, ...reasons].some((sentence) => NAMES_LINE.test(sentence));
}

const endOf = ({ file, endLine }: Finding): Place => ({ file, line: endLine });

function placesOf(finding: Finding): readonly Place[] {
  const { chain, related = [], placement } = finding;
  return [
    finding,
    endOf(finding),
    ...chain,
    ...related,
    ...(placement?.places ?? []),
    ...(placement?.left ?? []),
  ];
}

function findingAt(finding: Finding, lineNow: LineNow): Finding {
  const { chain, related, placement } = finding;
  return {
    ...placeAt(finding, lineNow),
    endLine: placeAt(endOf(finding), lineNow).line,
    chain: chain.map((hop) => placeAt(hop, lineNow)),
    ...(related ? { related: related.map((place) => placeAt(place, lineNow)) } : {}),
    ...(placement
      ? {
          placement: {
            ...placement,
            places: placement.places.map((place) => placeAt(place, lineNow)),
            left: placement.left.map((root) => placeAt(root, lineNow)),
          },
        }
      : {}),
  };
}

const isTold = ({ file, line }: Place, lineNow: LineNow): boolean => lineNow(file, line) !== undefined;

/** A place that {@link isTold}. */
function placeAt<P extends Place>(place: P, lineNow: LineNow): P {
  const line = lineNow(place.file, place.line) ?? place.line;
  return line === place.line ? place : { ...place, line };
}
