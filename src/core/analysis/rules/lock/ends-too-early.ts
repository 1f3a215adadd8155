/**
 * lock/ends-too-early: a pointer into a page table, or the frame of an entry, is used after the protection under which it was found: a
 * protection covers up to its release, and what was found before a call that drops the lock has to be found again after it
 * (mm/gup.c:fixup_user_fault).
 */
import { droppingCall } from '../../../kernel/dropping-calls.js';
import type { FunctionProgram } from '../../../program/ir.js';
import { calledIn } from '../../one-call.js';
import { staleFrames, type StaleFrame } from '../../stale-frames.js';
import { findsPointers, staleUses, type StaleUse } from '../../stale-pointers.js';
import type { Lapse, LocalRule } from '../rule.js';

export const LOCK_ENDS_TOO_EARLY: LocalRule = {
  id: 'lock/ends-too-early',
  title: 'a pointer into a page table used after the protection that kept the table',
  check: (program, { effect, knowledge }) => [
    ...(findsPointers(program)
      ? onePerPointer(staleUses(program, effect, knowledge)).flatMap((use) => lapseOf(program, use))
      : []),
    ...staleFrames(program).flatMap((frame) => lapseOfFrame(program, frame)),
  ],
};

/** The first use tells; those after it are of the same making. */
function onePerPointer(uses: readonly StaleUse[]): readonly StaleUse[] {
  return uses.filter(
    (use, index) =>
      uses.findIndex(({ found, ended }) => found === use.found && ended === use.ended) === index,
  );
}

function lapseOf({ name, steps }: FunctionProgram, { found, ended, use }: StaleUse): readonly Lapse[] {
  const [start, end, at] = [steps[found], steps[ended], steps[use]];
  if (!start?.at || !end?.at || !at?.at) return [];
  const drops = droppingCall(calledIn(end) ?? '') !== undefined;
  return [
    {
      at: at.at,
      text: at.text,
      message: `${name}() uses a pointer of line ${start.at.line} after ${drops ? 'a call that may drop the lock' : 'the release'} in line ${end.at.line}`,
      reason: `"${start.text}" is kept up to "${end.text}"; the table may be freed from then on`,
    },
  ];
}

function lapseOfFrame({ name, steps }: FunctionProgram, { read, map }: StaleFrame): readonly Lapse[] {
  const [start, at] = [steps[read], steps[map]];
  if (!start?.at || !at?.at) return [];
  return [
    {
      at: at.at,
      text: at.text,
      message: `${name}() maps a frame of line ${start.at.line} after ${calledIn(start) ?? 'the call'}() has let go of the lock of its entry`,
      reason: `the entry may be gone by then, and its memory somebody else's; once it is mapped, the entry can be looked at again`,
    },
  ];
}
