/** Initialiser lists: `{ .ops = ops, .mm = mm }` assigns the fields that it names; the others are zero. */
import type { Node } from 'web-tree-sitter';
import type { Var } from '../ir.js';
import { codeChildren, emit, fieldOf, temporary, type Lowering } from './context.js';
import { ZERO } from './expressions.js';
import { lowerValue } from './values.js';

/** Suffix of the path that stands for the fields which an initializer list leaves out: they are 0. */
export const REST = '.*';

export function lowerInitializer(lowering: Lowering, path: Var, list: Node): void {
  for (const item of codeChildren(list)) {
    if (item.type === 'initializer_pair') {
      const value = fieldOf(item, 'value');
      const field = designated(item);
      if (value) lowerInitial(lowering, field === undefined ? undefined : `${path}.${field}`, value);
    } else if (!item.type.startsWith('preproc')) lowerInitial(lowering, undefined, item);
  }
  emit(lowering, list, { op: 'let', dst: path + REST, value: ZERO });
}

/** `a.b` of `.a.b = v`; undefined for an element of an array. */
function designated(pair: Node): string | undefined {
  const names = pair
    .childrenForFieldName('designator')
    .map((each) => (each.type === 'field_designator' ? each.text.slice(1).trim() : undefined));
  return names.length > 0 && names.every((name) => name !== undefined) ? names.join('.') : undefined;
}

/** One field; without a path the value is computed and forgotten. */
function lowerInitial(lowering: Lowering, path: Var | undefined, value: Node): void {
  if (value.type === 'initializer_list') {
    lowerInitializer(lowering, path ?? temporary(lowering), value);
    return;
  }
  const lowered = lowerValue(lowering, value);
  if (path !== undefined) emit(lowering, value, { op: 'let', dst: path, value: lowered });
}
