/** Takes away a suppression that suppresses nothing. */
import type { Finding } from '../../report/report.js';
import { UNUSED } from '../../report/suppressions.js';
import { lineStarts } from '../../syntax/lines.js';
import type { Fix, FixEdit, FixWorld } from './fix.js';

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;

/** Only a comment that says nothing else is taken away, with its line when it has one to itself. */
export function removeSuppression(finding: Finding, world: FixWorld): readonly Fix[] {
  const text = world.read(finding.file) ?? '';
  const at = (lineStarts(text)[finding.line - 1] ?? 0) + finding.column - 1;
  const comment = [...text.matchAll(COMMENT)].find(
    ({ 0: token, index }) => index <= at && at < index + token.length,
  );
  if (!comment || !/^\/[/*][\s*]*$/.test(text.slice(comment.index, at))) return [];
  const edit: FixEdit = {
    path: finding.file,
    ...stretchOf(text, comment.index, comment[0].length),
    text: '',
  };
  const count = (): number => world.diagnose(finding.file).filter(({ rule }) => rule === UNUSED).length;
  const [before, ids] = [count(), new Set(world.diagnose(finding.file).map(({ id }) => id))];
  const isRight = world.with(
    [edit],
    () => count() === before - 1 && world.diagnose(finding.file).every(({ id }) => ids.has(id)),
  );
  return isRight
    ? [
        {
          title: 'Remove the unused suppression',
          kind: 'remove-suppression',
          edits: [edit],
          note: 'made and checked: no finding comes back',
        },
      ]
    : [];
}

/** The comment with the white space before it, or with its whole line. */
function stretchOf(
  text: string,
  index: number,
  length: number,
): { readonly start: number; readonly end: number } {
  const before = /(?<![ \t])[ \t]*$/.exec(text.slice(0, index))?.[0].length ?? 0;
  const start = index - before;
  const end = index + length;
  const isAlone = (start === 0 || text[start - 1] === '\n') && text[end] === '\n';
  return { start, end: isAlone ? end + 1 : end };
}
