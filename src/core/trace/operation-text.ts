/** The operation of a step, as in a `.race` file, with the cell that it touched. */
import type { Expr, Step } from '../program/ir.js';
import type { Model } from '../machine/model.js';
import { lockOf } from '../machine/points.js';
import type { Value } from '../machine/value.js';
import * as V from '../machine/value.js';
import { PAGE } from '../machine/world.js';
import type { MutableWorld } from '../machine/world.js';
import { printExpression } from './language/print-expression.js';
import { pageName, showEntry, showValue } from './value-text.js';

export interface OperationText {
  /** `load pmd pmd0[0]`: as the saved trace matches it. */
  readonly operation: string;
  /** `pte0`, for a load. */
  readonly result?: string;
  /** The entry that was touched: page and index; -1 where the index is not known. */
  readonly target?: { readonly page: number; readonly index: number };
  /** The value that the pointer came from, when it leads nowhere. */
  readonly through?: 'none' | 'leaf' | 'bad';
  /** Page that was freed, poisoned, removed, ... */
  readonly page?: number;
}

/** The operation of a step, from the state before it. */
export function operationText(
  model: Model,
  world: MutableWorld,
  step: Step,
  evaluate: (expr: Expr) => Value,
): OperationText {
  switch (step.op) {
    case 'load': {
      const { text, value, ...target } = entryText(model, world, evaluate(step.from));
      const isRead = 'target' in target;
      return {
        operation: `load ${shortName(step.dst)} ${text}`,
        ...(isRead ? { result: value } : {}),
        ...target,
      };
    }
    case 'store': {
      const { text, target, through } = entryText(model, world, evaluate(step.to));
      const operation = `store ${text} ${showValue(model, evaluate(step.value))}`;
      return {
        operation,
        ...(target === undefined ? {} : { target }),
        ...(through === undefined ? {} : { through }),
      };
    }
    case 'exchange': {
      const { text, value, ...target } = entryText(model, world, evaluate(step.to));
      const operation = `xchg ${shortName(step.dst)} ${text} ${showValue(model, evaluate(step.value))}`;
      return { operation, result: value, ...target };
    }
    case 'alloc':
      return { operation: `alloc ${shortName(step.dst)} ${step.level}` };
    case 'free':
    case 'free_rcu':
    case 'poison':
    case 'offline':
    case 'remove': {
      const page = V.pageOf(evaluate(step.page));
      return { operation: `${step.op} ${page < 0 ? '?' : pageName(model, page)}`, page };
    }
    case 'lock':
    case 'unlock':
      return { operation: `${step.op} ${lockOf(step) ?? '?'} ${step.mode}` };
    case 'trylock':
      return { operation: `trylock ${shortName(step.dst)} ${lockOf(step) ?? '?'} ${step.mode}` };
    case 'downgrade':
      return { operation: `downgrade ${lockOf(step) ?? '?'}` };
    case 'let':
      return { operation: `let ${shortName(step.dst)} ${printExpression(step.value)}` };
    case 'branch':
      return { operation: `if ${printExpression(step.condition)}` };
    case 'note':
      return { operation: `note ${step.what}`.trimEnd() };
    default:
      return { operation: step.op };
  }
}

function entryText(
  model: Model,
  world: MutableWorld,
  pointer: Value,
): {
  readonly text: string;
  readonly value: string;
  readonly target?: NonNullable<OperationText['target']>;
  readonly through?: NonNullable<OperationText['through']>;
} {
  const at = V.asPointer(pointer);
  if (!V.isPointer(at)) {
    const through =
      at === V.THROUGH_NONE
        ? 'none'
        : at === V.THROUGH_LEAF
          ? 'leaf'
          : at === V.THROUGH_BAD
            ? 'bad'
            : undefined;
    return { text: showValue(model, at), value: '?', ...(through === undefined ? {} : { through }) };
  }
  const page = V.pageOfPointer(at);
  const index = V.indexOfPointer(at);
  const known = model.pages[page];
  const isInside = known !== undefined && index >= 0 && index < known.entries.length;
  const isReadable = world.page(page) === PAGE.live;
  const value =
    isInside && isReadable ? showValue(model, V.unpackEntry(world.cell(known.firstCell + index))) : '?';
  return {
    text: showEntry(model, page, index),
    value,
    target: { page, index: index === V.ANY_INDEX || index === V.FAR ? -1 : index },
  };
}

/** The last component of a linked variable's name, without its frame: people know `pmd`, not `3#walk_pud_range.pmd`. */
function shortName(name: string): string {
  return /\b([A-Za-z_]\w*)\W*$/.exec(name)?.[1] ?? name;
}
