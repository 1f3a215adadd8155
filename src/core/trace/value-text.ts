/** Values of the machine in words. */
import type { Model } from '../machine/model.js';
import type { Value } from '../machine/value.js';
import * as V from '../machine/value.js';

/** `none`, `leaf`, the name of the table or `&pmd0[1]`, or a number. */
export function showValue(model: Model, value: Value): string {
  if (V.isInt(value)) return String(value);
  if (V.isTable(value)) return pageName(model, V.pageOfTable(value));
  if (V.isPointer(value)) return `&${showEntry(model, V.pageOfPointer(value), V.indexOfPointer(value))}`;
  if (V.isSymbol(value)) return `&${model.symbols[V.idOfSymbol(value)] ?? '?'}`;
  switch (value) {
    case V.NONE:
    case V.THROUGH_NONE:
      return 'none';
    case V.LEAF:
    case V.THROUGH_LEAF:
      return 'leaf';
    case V.BAD:
    case V.THROUGH_BAD:
      return 'bad';
    default:
      return '?';
  }
}

export const pageName = (model: Model, page: number): string => model.pages[page]?.name ?? '?';

/** `pmd0[1]`; `?` where the index may be any. */
export function showEntry(model: Model, page: number, index: number): string {
  const length = model.pages[page]?.entries.length ?? 0;
  const shown = index === V.FAR ? `>${length}` : index === V.ANY_INDEX || index < 0 ? '?' : index;
  return `${pageName(model, page)}[${shown}]`;
}
