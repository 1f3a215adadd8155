/**
 * entry/reread: an entry of a process's tables is looked at, and a descent then reads it again: what was seen of it by different reads
 * proves nothing together (mm/pagewalk.c:walk_pmd_range "a PUD entry that points to a PMD table cannot go away ... But if it's
 * something else, we need to ensure we didn't race something").
 */
import type { FunctionProgram, Var } from '../../../program/ir.js';
import { looksOf, type Known } from '../../entry-looks.js';
import { tablesOf } from '../../walks.js';
import { operandsOf, mapExpr } from '../../../program/expr.js';
import type { Lapse, LocalRule, LocalWorld } from '../rule.js';

export const ENTRY_REREAD: LocalRule = {
  id: 'entry/reread',
  title: 'an entry that was checked is read again, and the check proves nothing of what is read then',
  check: (program, world) => {
    if (!descends(program)) return [];
    const own = looksOf(program, world)?.rereads ?? [];
    const found = isOfProcess(program) ? own.map(({ step }) => ({ step, caller: undefined })) : [];
    return [...found, ...fromCallers(program, world)].flatMap(({ step, caller }): readonly Lapse[] => {
      const at = program.steps[step];
      if (!at?.at) return [];
      const who = caller === undefined ? 'it' : `${caller}()`;
      return [
        {
          at: at.at,
          text: at.text,
          message: `${program.name}() reads an entry again that ${who} has looked at: it need not be a table any more`,
          reason:
            'that it is not none and that it is no leaf was seen by different reads, and in between it may change: neither the mmap lock held for read nor interrupts off keep it as it is',
        },
      ];
    });
  },
};

const descends = ({ steps }: FunctionProgram): boolean =>
  steps.some(
    (step) => step.op === 'load' && step.use === 'descent' && (step.level === 'pud' || step.level === 'pmd'),
  );

/** The tables of a process, by what it names: a VMA, or a mm that is no kernel's. */
function isOfProcess({ steps, params }: FunctionProgram): boolean {
  const mms = steps.flatMap((step) => operandsOf(step)).flatMap(rootsIn);
  if (mms.some((mm) => tablesOf(mm) === 'kernel')) return false;
  if (mms.some((mm) => tablesOf(mm) === 'user')) return true;
  return (
    params.some(({ type }) => /\bvm_area_struct\b/.test(type)) ||
    steps.some(({ text }) => /->vma\b/.test(text))
  );
}

function rootsIn(expr: Parameters<typeof tablesOf>[0]): readonly Parameters<typeof tablesOf>[0][] {
  const found: Parameters<typeof tablesOf>[0][] = [];
  if (expr)
    mapExpr(expr, (inner) => {
      if (inner.kind === 'root') found.push(inner.mm);
      return inner;
    });
  return found;
}

/** The descents of a function that is given an entry, with what its callers in the same file know of it. */
function fromCallers(
  program: FunctionProgram,
  world: LocalWorld,
): readonly { readonly step: number; readonly caller: string }[] {
  if (!program.params.some(({ type }) => /^p[mu]d_t \*$/.test(type))) return [];
  const callers = world.index
    .functionsCalling(world.ref.file, new Set([program.name]))
    .filter(({ facts }) => facts.name !== program.name);
  const seen = new Map<number, string>();
  for (const { facts } of callers) {
    const caller = world.inSameFile(facts.name);
    if (!caller || !isOfProcess(caller)) continue;
    const looks = looksOf(caller, world);
    for (const { step, argument, known } of looks?.handedOn ?? []) {
      const call = caller.steps[step];
      const param = program.params[argument]?.name;
      if (call?.op !== 'call' || call.callee.kind !== 'symbol' || call.callee.name !== program.name) continue;
      const start = new Map<Var, Known>(param === undefined ? [] : [[param, known]]);
      for (const each of looksOf(program, world, start)?.rereads ?? []) seen.set(each.step, facts.name);
    }
  }
  return [...seen].map(([step, caller]) => ({ step, caller }));
}
