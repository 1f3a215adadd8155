/** A review for people: each patch with what it brings, then the series as a whole. */
import { paintOf, type Paints } from '../report/text.js';
import { countBySeverity } from '../report/order.js';
import { plural, reachText, verdictText } from '../report/words.js';
import { isPartlyFixed, partText, rootsText } from './remarks.js';
import type { Change, PatchReview, ProtectionChange, ReviewFinding, ReviewReport } from './report.js';

export interface ReviewTextOptions {
  readonly paints: Paints;
  /** Changes that are told. */
  readonly changes: readonly Change[];
}

/** Ends with a newline. */
export function reviewText(report: ReviewReport, options: ReviewTextOptions): string {
  const blocks = [
    ...report.notes.map((note) => [`note: ${note}`]),
    ...report.patches.map((patch, at) => patchLines(patch, at, report, options)),
    ...(report.patches.length > 1 ? [seriesLines(report, options)] : []),
    [summaryOf(report)],
  ].filter((lines) => lines.length > 0);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function patchLines(
  patch: PatchReview,
  at: number,
  { patches }: ReviewReport,
  { paints, changes }: ReviewTextOptions,
): readonly string[] {
  const number = patches.length > 1 ? `${at + 1}/${patches.length} ` : '';
  const isShown = (finding: ReviewFinding): boolean =>
    changes.includes(finding.change) || (changes.includes('fixed') && isPartlyFixed(finding));
  const shown = patch.findings.filter(isShown);
  const hidden = patch.findings.filter((each) => each.change === 'remaining' && !isShown(each)).length;
  return [
    paints.bold(`${number}${patch.title === '' ? 'the patch' : patch.title}`),
    ...patch.defects.map(({ line, reason }) => `  line ${line}: ${reason}`),
    ...patch.files.flatMap(fileLines),
    ...patch.claims.map(
      ({ quote, isRight, answer }) =>
        `  ${isRight ? 'right' : paints.yellow('wrong')}: "${cut(quote)}": ${answer}`,
    ),
    ...patch.support.map(
      ({ title, architecture, isLive, reason }) =>
        `  ${architecture} ${isLive ? 'has' : 'does not have'} ${title} ${isLive ? 'with it' : 'any more'} (${reason})`,
    ),
    ...patch.protections.map(protectionLine),
    ...patch.requirements.map(
      ({ file, line, function: name, lock, missing }) =>
        `  ${file}:${line}: ${name}() demands ${lock} now${missing.length === 0 ? ', and all callers seen hold it' : `; not held on the way from ${missing.map((root) => `${root.function}() (${root.file})`).join(', ')}`}`,
    ),
    ...shown.flatMap((finding) => findingLines(finding, paints)),
    ...(hidden > 0
      ? [`  ${plural(hidden, 'finding')} of before in what it touches (--only remaining tells them)`]
      : []),
    ...(patch.judged > 0 && patch.findings.length === 0
      ? [paints.dim(`  ${plural(patch.judged, 'function')} judged: nothing to tell`)]
      : []),
    ...(patch.judged === 0 && patch.support.length === 0 ? [paints.dim(`  ${nothingJudged(patch)}`)] : []),
    ...(patch.cut === undefined
      ? []
      : [`  not all was judged: ${patch.cut}; a scan of the tree says the rest`]),
  ];
}

/** What could not be put on the tree may be about anything. */
function nothingJudged({ files, defects }: PatchReview): string {
  const isWhole =
    defects.length === 0 &&
    files.every(({ failed, problem }) => failed.length === 0 && problem === undefined);
  return isWhole ? 'nothing of it is about a walker' : 'nothing of what could be read is about a walker';
}

function protectionLine({ file, function: name, line, before, after }: ProtectionChange): string {
  const gained = after.filter((lock) => !before.includes(lock));
  const lost = before.filter((lock) => !after.includes(lock));
  const said = [
    ...(lost.length > 0 ? [`does not hold ${lost.join(', ')} any more`] : []),
    ...(gained.length > 0 ? [`holds ${gained.join(', ')} now`] : []),
  ];
  return `  ${file}:${line}: ${name}() ${said.join(', ')}`;
}

const cut = (text: string): string => (text.length <= 100 ? text : `${text.slice(0, 97)}...`);

function fileLines({ path, hunks, failed, problem }: PatchReview['files'][number]): readonly string[] {
  return [
    ...(problem === undefined ? [] : [`  ${path}: ${problem}`]),
    ...(problem === undefined
      ? failed.map(({ at, reason }) => `  ${path}: the hunk at line ${at} does not apply: ${reason}`)
      : []),
    ...hunks
      .filter(({ offset, fuzz }) => offset !== 0 || fuzz > 0)
      .map(({ at, offset, fuzz }) => {
        const moved =
          offset === 0
            ? ''
            : ` ${plural(Math.abs(offset), 'line')} ${offset > 0 ? 'further down' : 'further up'}`;
        const loose = fuzz === 0 ? '' : ` with fuzz ${fuzz}, as patch(1) would; git am would not`;
        return `  ${path}: the hunk at line ${at} fits${moved}${loose}`;
      }),
  ];
}

function findingLines(finding: ReviewFinding, paints: Paints): readonly string[] {
  const { change, severity, rule, file, line, column, message, reason, movedFrom, other } = finding;
  const why = [verdictText(finding), reachText(finding), reason].filter((part) => part !== '').join('; ');
  const isMoved = movedFrom && (movedFrom.file !== file || movedFrom.function !== finding.function);
  const moved = isMoved ? `    moved from ${movedFrom.function}() in ${movedFrom.file}` : undefined;
  const was = other
    ? `    ${change === 'fixed' ? 'now' : 'before'}: ${other.severity}, ${other.verdict}`
    : undefined;
  const ways = isPartlyFixed(finding) ? partText(finding) : rootsText(finding.open ?? []);
  return [
    `  ${paints.bold(isPartlyFixed(finding) ? 'fixed in part' : change)}: ${paints.bold(`${file}:${line}:${column}:`)} ${paintOf(severity, paints)(`${severity}:`)} ${message} ${paints.dim(`[${rule}]`)}`,
    ...(why === '' ? [] : [paints.dim(`    ${why}`)]),
    ...(moved === undefined ? [] : [moved]),
    ...(was === undefined ? [] : [was]),
    ...(ways === '' || change === 'fixed' ? [] : [`    ${ways}`]),
  ];
}

function seriesLines(report: ReviewReport, { paints, changes }: ReviewTextOptions): readonly string[] {
  const shown = report.findings.filter(({ change }) => changes.includes(change) && change !== 'remaining');
  return [
    paints.bold(`the series: ${report.patch}`),
    ...(shown.length === 0 ? ['  no difference that counts'] : []),
    ...shown.map(
      ({ change, severity, file, line, function: name, rule, patch }) =>
        `  ${change}${patch === undefined ? '' : ` by patch ${patch}`}: ${file}:${line}: ${severity}: ${name}() [${rule}]`,
    ),
  ];
}

function summaryOf({ findings, patches, base, ms }: ReviewReport): string {
  const counted = (what: string, of: readonly ReviewFinding[]): readonly string[] => {
    const counts = countBySeverity(of).filter(({ count }) => count > 0);
    return counts.length === 0
      ? []
      : [`${what}: ${counts.map(({ severity, count }) => plural(count, severity)).join(', ')}`];
  };
  const of = (change: Change): readonly ReviewFinding[] => findings.filter((each) => each.change === change);
  const orNothing = (change: Change, said: readonly string[]): readonly string[] =>
    said.length > 0 ? said : [`nothing ${change}`];
  const fixed = [
    ...counted('fixed', of('fixed')),
    ...counted('fixed in part', findings.filter(isPartlyFixed)),
  ];
  const said = [
    ...orNothing('introduced', counted('introduced', of('introduced'))),
    ...orNothing('fixed', fixed),
    ...orNothing('remaining', counted('remaining', of('remaining'))),
  ];
  const judged = patches.reduce((sum, patch) => sum + patch.judged, 0);
  return `${said.join('; ')}; on ${base}; ${plural(judged, 'function')} judged; ${ms} ms`;
}
