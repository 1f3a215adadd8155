/** What was found before an edit, with the lines of the text after it. */
import type { BodyEdit } from '../index/known-answers.js';
import type { Finding, WalkerReport } from '../report/report.js';

/** The same findings; undefined where a sentence names a line, which is another one now. */
export function movedFindings(findings: readonly Finding[], edit: BodyEdit): readonly Finding[] | undefined {
  if (edit.by === 0 || findings.length === 0) return findings;
  if (findings.some(tellsLine)) return undefined;
  return findings.map((finding) => movedFinding(finding, edit));
}

export function movedWalkers(walkers: readonly WalkerReport[], edit: BodyEdit): readonly WalkerReport[] {
  if (edit.by === 0) return walkers;
  return walkers.map((walker) => ({
    ...moved(walker, edit),
    roots: walker.roots.map(({ chain }) => ({ chain: chain.map((hop) => moved(hop, edit)) })),
  }));
}

const NAMES_LINE = /\blines? \d/;

function tellsLine({ message, reason, related = [], placement }: Finding): boolean {
  const sentences = [message, reason, ...related.map((place) => place.message)];
  const reasons = placement?.left.map((root) => root.reason) ?? [];
  return [...sentences, ...reasons].some((sentence) => NAMES_LINE.test(sentence));
}

function movedFinding(finding: Finding, edit: BodyEdit): Finding {
  const { related, placement } = finding;
  const end = moved({ file: finding.file, line: finding.endLine }, edit);
  return {
    ...moved(finding, edit),
    endLine: end.line,
    chain: finding.chain.map((hop) => moved(hop, edit)),
    ...(related ? { related: related.map((place) => moved(place, edit)) } : {}),
    ...(placement
      ? {
          placement: {
            ...placement,
            places: placement.places.map((place) => moved(place, edit)),
            left: placement.left.map((root) => moved(root, edit)),
          },
        }
      : {}),
  };
}

function moved<P extends { readonly file: string; readonly line: number }>(place: P, edit: BodyEdit): P {
  const isBehind = place.file === edit.file && place.line > edit.after;
  return isBehind ? { ...place, line: place.line + edit.by } : place;
}
