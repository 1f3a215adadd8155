/** Access paths: which variable a C lvalue names, and what its type says about page tables. */
import type { Node } from 'web-tree-sitter';
import { ENTRY_POINTER_FIELD } from '../../kernel/idioms.js';
import { LEVELS, type Level, type Var } from '../ir.js';
import { fieldOf, type Lowering } from './context.js';

/** Prefix of the path of a global: `::init_mm.pgd`. */
export const GLOBAL = '::';

/** The access path that an lvalue names: `walk->action`, `st.range`, `::init_mm.pgd`; undefined for anything computed. */
export function pathOf(lowering: Lowering, node: Node): Var | undefined {
  switch (node.type) {
    case 'identifier':
      return lowering.types.has(node.text) ? node.text : GLOBAL + node.text;
    case 'parenthesized_expression': {
      const inner = node.namedChild(0);
      return inner ? pathOf(lowering, inner) : undefined;
    }
    case 'field_expression': {
      const base = fieldOf(node, 'argument');
      const field = fieldOf(node, 'field');
      const path = base && pathOf(lowering, base);
      if (!base || !field || path === undefined) return undefined;
      return path + (node.child(1)?.type === '->' ? '->' : '.') + field.text;
    }
    case 'pointer_expression': {
      const base = fieldOf(node, 'argument');
      if (!base || node.child(0)?.type !== '*') return undefined;
      const path = pathOf(lowering, base);
      return path === undefined ? undefined : `${path}->*`;
    }
    default:
      return undefined;
  }
}

/** Last component of a path: `mmap_lock` of `vma->vm_mm->mmap_lock`. */
export function lastComponent(path: string): string {
  return /\b([A-Za-z_]\w*)$/.exec(path)?.[1] ?? path;
}

/** A page-table type: the level, and how many `*` it has (`pmd_t *` is 1, `pmd_t` is 0). */
export interface EntryType {
  readonly level: Level;
  readonly pointers: number;
}

export function entryTypeOfText(type: string): EntryType | undefined {
  const name = /\b(pgd|p4d|pud|pmd|pte)_t\b/.exec(type)?.[1];
  const level = LEVELS.find((each) => each === name);
  return level && { level, pointers: type.split('*').length - 1 };
}

/** The page-table type of an expression, from declarations, casts, primitives that it calls, and names of fields. */
export function entryTypeOf(lowering: Lowering, node: Node): EntryType | undefined {
  switch (node.type) {
    case 'identifier': {
      const type = lowering.types.get(node.text);
      return type === undefined ? undefined : entryTypeOfText(type);
    }
    case 'parenthesized_expression':
      return first(lowering, node);
    case 'cast_expression': {
      const type = fieldOf(node, 'type');
      return type && entryTypeOfText(type.text);
    }
    case 'field_expression': {
      const field = fieldOf(node, 'field')?.text ?? '';
      const level = LEVELS.find((each) => each === ENTRY_POINTER_FIELD.exec(field)?.[1]);
      return level && { level, pointers: 1 };
    }
    case 'binary_expression': {
      const left = fieldOf(node, 'left');
      const right = fieldOf(node, 'right');
      return (left && entryTypeOf(lowering, left)) ?? (right && entryTypeOf(lowering, right));
    }
    case 'update_expression':
    case 'assignment_expression': {
      const target = fieldOf(node, 'argument') ?? fieldOf(node, 'left');
      return target && entryTypeOf(lowering, target);
    }
    case 'pointer_expression': {
      const base = fieldOf(node, 'argument');
      const type = base && entryTypeOf(lowering, base);
      return type && { level: type.level, pointers: type.pointers + (node.child(0)?.type === '*' ? -1 : 1) };
    }
    case 'subscript_expression': {
      const base = fieldOf(node, 'argument');
      const type = base && entryTypeOf(lowering, base);
      return type && { level: type.level, pointers: type.pointers - 1 };
    }
    case 'conditional_expression': {
      const arm = fieldOf(node, 'consequence') ?? fieldOf(node, 'alternative');
      return arm && entryTypeOf(lowering, arm);
    }
    case 'call_expression':
      return entryTypeOfCall(lowering, node);
    default:
      return undefined;
  }
}

function first(lowering: Lowering, node: Node): EntryType | undefined {
  const inner = node.namedChild(0);
  return inner ? entryTypeOf(lowering, inner) : undefined;
}

function entryTypeOfCall(lowering: Lowering, node: Node): EntryType | undefined {
  const name = fieldOf(node, 'function')?.text ?? '';
  const idiom = lowering.knowledge.idiom(name);
  if (idiom?.kind === 'same' || idiom?.kind === 'read-once') {
    const argument = fieldOf(node, 'arguments')?.namedChild(0);
    return argument ? entryTypeOf(lowering, argument) : undefined;
  }
  const primitive = lowering.knowledge.primitive(name);
  switch (primitive?.kind) {
    case 'root':
      return { level: 'pgd', pointers: 1 };
    case 'descent':
    case 'descent-by-value':
    case 'chain':
    case 'allocate':
      return { level: primitive.to, pointers: 1 };
    case 'map':
      return { level: 'pte', pointers: 1 };
    case 'read':
    case 'exchange':
      return { level: primitive.level, pointers: 0 };
    default:
      return undefined;
  }
}

/** The level above: that of the entries which point to tables of `level`. */
export function parentLevel(level: Level): Level {
  return LEVELS[Math.max(0, LEVELS.indexOf(level) - 1)] ?? 'pgd';
}
