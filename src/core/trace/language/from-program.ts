/**
 * Steps -> statements. Branches become `if` where their ways meet again (at the immediate postdominator); every other way
 * to a step that is written already is a `goto`. What comes out compiles to the same graph.
 */
import type { Expr, Place, Step, ThreadProgram } from '../../program/ir.js';
import { END } from '../../program/ir.js';
import { lockOf } from '../../machine/points.js';
import { successors } from '../../program/graph.js';
import type { RacePlace, Statement } from './ast.js';

export function threadToStatements(program: ThreadProgram): readonly Statement[] {
  const { steps } = program;
  if (steps.length === 0) return [];
  const join = postdominators(steps);
  const labelled = jumpTargets(steps, join);
  const written = new Set<number>();

  /** Writes from `start` until `follow`, which somebody else writes. */
  const write = (start: number, follow: number): readonly Statement[] => {
    const out: Statement[] = [];
    let at = start;
    while (at !== follow) {
      const step = steps[at];
      if (step === undefined) return [...out, { kind: 'stop' }];
      if (written.has(at)) return [...out, { kind: 'goto', label: labelName(at) }];
      written.add(at);
      if (labelled.has(at)) out.push({ kind: 'label', label: labelName(at) });
      const place = step.at === undefined ? {} : { at: placeToRace(step.at) };
      if (step.op === 'branch') {
        const meet = join.get(at) ?? END;
        const then = write(step.then, meet);
        const otherwise = write(step.else, meet);
        const isOnlyElse = then.length === 0 && otherwise.length > 0;
        const condition: Expr = isOnlyElse ? { kind: 'not', operand: step.condition } : step.condition;
        out.push({
          kind: 'if',
          condition,
          then: isOnlyElse ? otherwise : then,
          else: isOnlyElse ? [] : otherwise,
          ...place,
        });
        at = meet;
      } else if (step.op === 'choose') {
        const meet = join.get(at) ?? END;
        const text = program.assumptions[step.assumption]?.text ?? '';
        out.push({
          kind: 'choose',
          text: text.replace(/\s+/g, ' ').replace(/(^|\s)[#@](?=\s|$)/g, '$1'),
          ways: step.targets.map((way) => write(way, meet)),
          ...place,
        });
        at = meet;
      } else {
        const statement = statementOf(step);
        if (statement !== undefined) out.push({ ...statement, ...place });
        at = step.op === 'return' ? END : step.next;
      }
    }
    return out;
  };
  return write(0, END);
}

const labelName = (step: number): string => `L${step}`;

/** `file:function` places have line 0 (to-program.ts:placeOf). */
export function placeToRace(at: Place): RacePlace {
  if (at.line > 0) return { file: at.file, line: at.line };
  const [file = '', name = '', token] = at.file.split(':');
  if (name === '') return { file: at.file, line: 0 };
  return { file, function: name, ...(token === undefined ? {} : { token }) };
}

function statementOf(step: Step): Statement | undefined {
  const lock = lockOf(step) ?? '';
  switch (step.op) {
    case 'load':
      return { kind: 'load', dst: step.dst, from: step.from };
    case 'store':
      return { kind: 'store', to: step.to, value: step.value };
    case 'exchange':
      return { kind: 'xchg', dst: step.dst, to: step.to, value: step.value };
    case 'alloc':
      return { kind: 'alloc', dst: step.dst, level: step.level };
    case 'free':
    case 'free_rcu':
    case 'poison':
    case 'offline':
    case 'remove':
      return { kind: step.op, page: step.page };
    case 'let':
      return { kind: 'let', dst: step.dst, value: step.value };
    case 'lock':
    case 'unlock':
      return { kind: step.op, lock, mode: step.mode };
    case 'trylock':
      return { kind: 'trylock', dst: step.dst, lock, mode: step.mode };
    case 'downgrade':
      return { kind: 'downgrade', lock };
    case 'note':
      return { kind: 'note', text: step.what };
    case 'call':
      return step.dst === undefined
        ? undefined
        : { kind: 'let', dst: step.dst, value: { kind: 'unknown', text: step.text } };
    case 'return':
    case 'assert_held':
    case 'branch':
    case 'choose':
      return undefined;
    case 'nop':
      return step.at === undefined ? undefined : { kind: 'nop' };
    default:
      return { kind: step.op };
  }
}

/** Steps that a `goto` will lead to: written in the same order as `write`, without the text. */
function jumpTargets(steps: readonly Step[], join: ReadonlyMap<number, number>): ReadonlySet<number> {
  const targets = new Set<number>();
  const written = new Set<number>();
  const visit = (start: number, follow: number): void => {
    let at = start;
    while (at !== follow) {
      const step = steps[at];
      if (step === undefined) return;
      if (written.has(at)) {
        targets.add(at);
        return;
      }
      written.add(at);
      if (step.op === 'branch' || step.op === 'choose') {
        const meet = join.get(at) ?? END;
        for (const way of successors(step)) visit(way, meet);
        at = meet;
      } else at = step.op === 'return' ? END : step.next;
    }
  };
  visit(0, END);
  return targets;
}

/**
 * Immediate postdominator of each step, END where the ways only meet at the end (or never).
 * Cooper, Harvey, Kennedy: "A simple, fast dominance algorithm", on the reversed graph.
 */
function postdominators(steps: readonly Step[]): ReadonlyMap<number, number> {
  const predecessors = new Map<number, number[]>();
  steps.forEach((step, from) => {
    for (const to of successors(step)) predecessors.set(to, [...(predecessors.get(to) ?? []), from]);
  });
  const order: number[] = [];
  const seen = new Set<number>([END]);
  const stack: { readonly node: number; at: number }[] = [{ node: END, at: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = (predecessors.get(top.node) ?? [])[top.at++];
    if (next === undefined) {
      order.push(top.node);
      stack.pop();
    } else if (!seen.has(next)) {
      seen.add(next);
      stack.push({ node: next, at: 0 });
    }
  }
  const rank = new Map(order.map((node, index) => [node, index]));
  const parent = new Map<number, number>([[END, END]]);
  const intersect = (a: number, b: number): number => {
    let [x, y] = [a, b];
    while (x !== y) {
      while ((rank.get(x) ?? 0) < (rank.get(y) ?? 0)) x = parent.get(x) ?? END;
      while ((rank.get(y) ?? 0) < (rank.get(x) ?? 0)) y = parent.get(y) ?? END;
    }
    return x;
  };
  const reversed = order.slice(0, -1).reverse();
  for (let changed = true; changed;) {
    changed = false;
    for (const node of reversed) {
      const step = steps[node];
      if (step === undefined) continue;
      let meet: number | undefined;
      for (const to of successors(step)) {
        if (parent.has(to)) meet = meet === undefined ? to : intersect(meet, to);
      }
      if (meet === undefined || parent.get(node) === meet) continue;
      parent.set(node, meet);
      changed = true;
    }
  }
  return parent;
}
