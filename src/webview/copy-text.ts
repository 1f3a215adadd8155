/** The trace as plain text for a mail: the headline, and one column a lane as kernel changelogs draw it. */
import type { ReplayReport } from '../core/report/report.js';
import type { Story } from './model/story.js';
import { operationText } from './model/operation.js';
import { shortPlace } from './model/lanes.js';
import { verdictWords } from './model/words.js';

const COLUMN = 36;
const WIDEST = 4;

/** One text line a step, indented to its lane's column. Lines of C stand where they are known, else the operation. */
export function copyText(report: ReplayReport, story: Story | null): string {
  const { word, basis } = verdictWords(report);
  const kind = report.consequence === null ? '' : `: ${report.consequence}`;
  const head = [`${word}${kind}`, story?.scene.headline ?? report.reason, ''];
  const foot = [
    '',
    `${report.walker.function}() in ${report.walker.file}, against ${report.freer}; ${basis}.`,
  ];
  if (story === null || story.steps.length === 0) return [...head, ...foot.slice(1), ''].join('\n');
  const indents = new Map(
    story.lanes.map((lane, index) => [lane.name, ' '.repeat(Math.min(index, WIDEST) * COLUMN)]),
  );
  const titles = story.lanes.map((lane) => `${lane.cpu} ${lane.name}`.padEnd(COLUMN)).join('');
  const rules = story.lanes
    .map((lane) => '-'.repeat(`${lane.cpu} ${lane.name}`.length).padEnd(COLUMN))
    .join('');
  const lines = story.steps.map((step) => {
    const indent = indents.get(step.t) ?? '';
    const place = step.at === undefined ? '' : `  [${shortPlace(step.at)}]`;
    const fate =
      step.violation !== undefined ? `   <-- ${step.violation}` : step.blocked === true ? '   (waits)' : '';
    return `${indent}${step.code ?? operationText(step.text)}${place}${fate}`;
  });
  return [...head, titles.trimEnd(), rules.trimEnd(), ...lines, ...foot, ''].join('\n');
}
