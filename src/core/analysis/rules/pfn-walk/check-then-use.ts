/**
 * pfn-walk/check-then-use: pfn_to_online_page() says that a page is online, holds nothing when it returns, and so says nothing about
 * later (mm/memory_hotplug.c:pfn_to_online_page). Told for information: the window is narrow, and most readers of page frames in
 * the kernel live with it.
 */
import type { FunctionProgram } from '../../../program/ir.js';
import { isKeptAbove, takesReferences, unkeptRead } from '../../kept-online.js';
import { calledIn } from '../../one-call.js';
import { unaskedRead } from '../../online-ways.js';
import type { LocalRule, LocalWorld } from '../rule.js';

export const CHECK_THEN_USE: LocalRule = {
  id: 'pfn-walk/check-then-use',
  title: 'a page that was seen to be online used with nothing that keeps it so',
  check: (program, world) => {
    const { ref, index, effect } = world;
    const check = checkIn(program, world);
    if (!check || unaskedRead(program) !== undefined || takesReferences(ref)) return [];
    const read = unkeptRead(program, effect);
    const step = read === undefined ? undefined : program.steps[read];
    if (!step?.at || isKeptAbove(ref, index)) return [];
    return [
      {
        at: step.at,
        text: step.text,
        message: `${program.name}() reads a struct page that ${check.call}() found online in line ${check.line}: nothing keeps the memory from being taken offline and removed in between`,
        reason: 'the window is narrow; get_online_mems() over both, or a reference to the page, closes it',
        severity: 'info',
      },
    ];
  },
};

/** The call that gives a page where it is online. */
function checkIn(
  { steps }: FunctionProgram,
  { knowledge }: LocalWorld,
): { readonly call: string; readonly line: number } | undefined {
  for (const step of steps) {
    const call = calledIn(step);
    const primitive = call === undefined ? undefined : knowledge.primitive(call);
    if (
      call !== undefined &&
      step.at &&
      primitive?.kind === 'pfn-check' &&
      primitive.online &&
      primitive.gives === 'page'
    )
      return { call, line: step.at.line };
  }
  return undefined;
}
