/** Lines of a saved trace: `LANE OPERATION [-> RESULT] [!! KIND] [(wait)] @ PLACE`. */
import { VIOLATION_KINDS } from '../../machine/scenario.js';
import type { TraceLine } from './ast.js';
import type { Cursor } from './cursor.js';
import { fault, oneOf, placeMark, skipSpace, word } from './cursor.js';
import type { Reader } from './reader.js';
import { takePlace } from './reader.js';

/** A trace ends where a line does not begin with the name of a lane. */
export function isTraceLine(reader: Reader, cursor: Cursor): boolean {
  const first = word({ ...cursor }, 'a lane');
  return (
    first === 'rcu' || reader.draft.threads.some((thread) => thread.name === first) || /^\s/.test(cursor.text)
  );
}

/** `OPERATION [-> RESULT] [!! VIOLATION] [(wait)]`, taken off from the end: an operation may hold any of the marks. */
function partsOf(text: string): {
  readonly operation: string;
  readonly result: string | undefined;
  readonly violation: string | undefined;
  readonly isWait: boolean;
} {
  let rest = text.trimEnd();
  const takeOff = (ending: RegExp): RegExpExecArray | undefined => {
    const found = ending.exec(rest) ?? undefined;
    if (found) rest = rest.slice(0, found.index).trimEnd();
    return found;
  };
  const isWait = takeOff(/(?<=\s)\(wait\)$/) !== undefined;
  const violation = takeOff(/(?<=\s)!!\s+(\S+)$/)?.[1];
  const result = takeOff(/(?<=\s)->\s+(\S+)$/)?.[1];
  return { operation: rest, result, violation, isWait };
}

export function readTraceLine(reader: Reader, whole: Cursor): void {
  const { cursor, ...place } = takePlace(reader, whole, placeMark(whole.text));
  skipSpace(cursor);
  const lane = word(cursor, 'a lane');
  if (lane !== 'rcu' && !reader.draft.threads.some((thread) => thread.name === lane))
    fault(cursor, `no thread ${lane}`);
  skipSpace(cursor);
  const { operation, result, violation, isWait } = partsOf(cursor.text.slice(cursor.at));
  if (operation === '') fault(cursor, 'expected an operation');
  const kind =
    violation === undefined
      ? undefined
      : oneOf({ text: violation, at: 0 }, 'a kind of violation', VIOLATION_KINDS);
  const line: TraceLine = {
    lane,
    operation,
    ...(result === undefined ? {} : { result }),
    ...(kind === undefined ? {} : { violation: kind }),
    isWait,
    ...place,
  };
  reader.draft.traces.at(-1)?.steps.push(line);
}
