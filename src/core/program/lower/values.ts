/** Expressions: the value of a C expression, with a step for everything on the way that reads memory, assigns or calls. */
import type { Node } from 'web-tree-sitter';
import type { Expr } from '../ir.js';
import { lowerAssignment, lowerUpdate } from './assignments.js';
import { lowerCall } from './calls.js';
import { conditionAsValue, lowerConditional } from './choices.js';
import { assume, codeChildren, fieldOf, sourceOf, temporary, textOf, type Lowering } from './context.js';
import { binary, isOperator, ONE, unknown, variable, ZERO } from './expressions.js';
import { lowerUse } from './expansions.js';
import { lowerInitializer } from './initializers.js';
import { lowerAddress, lowerIndirection, lowerMember, lowerSubscript } from './memory.js';
import { entryTypeOf, entryTypeOfText, GLOBAL } from './paths.js';
import { lowerStatement } from './statements.js';

/** The value of an expression. Steps are added for its loads, assignments and calls, in C's order as far as it has one. */
export function lowerValue(lowering: Lowering, node: Node): Expr {
  switch (node.type) {
    case 'number_literal':
      return integer(lowering, node);
    case 'true':
      return ONE;
    case 'false':
    case 'null':
      return ZERO;
    case 'identifier':
      return lowerName(lowering, node);
    case 'parenthesized_expression':
      return lowerParenthesized(lowering, node);
    case 'cast_expression':
      return lowerCast(lowering, node);
    case 'field_expression':
      return lowerMember(lowering, node);
    case 'pointer_expression':
      return node.child(0)?.type === '&'
        ? lowerAddress(lowering, node)
        : lowerIndirection(lowering, node, 'plain');
    case 'subscript_expression':
      return lowerSubscript(lowering, node, 'plain');
    case 'unary_expression':
      return lowerUnary(lowering, node);
    case 'update_expression':
      return lowerUpdate(lowering, node);
    case 'binary_expression':
      return lowerBinary(lowering, node);
    case 'conditional_expression':
      return lowerConditional(lowering, node);
    case 'assignment_expression':
      return lowerAssignment(lowering, node);
    case 'comma_expression':
      lowerField(lowering, node, 'left');
      return lowerField(lowering, node, 'right');
    case 'call_expression':
      return lowerCall(lowering, node);
    case 'compound_literal_expression':
      return lowerCompoundLiteral(lowering, node);
    case 'string_literal':
    case 'concatenated_string':
    case 'char_literal':
    case 'sizeof_expression':
    case 'alignof_expression':
    case 'offsetof_expression':
    case 'generic_expression':
    case 'type_descriptor':
      return unknown(lowering, node);
    default:
      return notUnderstood(lowering, node);
  }
}

/** An expression that the parser could not read: the calls in it are kept. */
function notUnderstood(lowering: Lowering, node: Node): Expr {
  const text = `"${textOf(lowering, node)}" is not understood; its value is taken as unknown`;
  assume(lowering, 'not-modelled', text, node);
  for (const child of codeChildren(node)) if (child.type === 'call_expression') lowerValue(lowering, child);
  return unknown(lowering, node);
}

export function lowerField(lowering: Lowering, node: Node, field: string): Expr {
  const child = fieldOf(node, field);
  return child ? lowerValue(lowering, child) : unknown(lowering, node);
}

function integer(lowering: Lowering, node: Node): Expr {
  const value = Number(node.text.replace(/(?<![uUlL])[uUlL]+$/, '').replace(/^0(?=[0-7]+$)/, '0o'));
  return Number.isSafeInteger(value) ? { kind: 'int', value } : unknown(lowering, node);
}

/** Enumerators and constants are written in capitals: they are equal by name. */
const CONSTANT = /^[A-Z][A-Z0-9_]*$/;

function lowerName(lowering: Lowering, node: Node): Expr {
  const { types, knowledge } = lowering;
  const name = node.text;
  if (types.has(name)) return variable(name);
  if (knowledge.isGeometry(name)) return { kind: 'geometry', name };
  const error = knowledge.errorNumber(name);
  if (error !== undefined) return { kind: 'int', value: error };
  if (name.startsWith('CONFIG_')) return variable(GLOBAL + name);
  const use = lowerUse(lowering, name, undefined, node);
  if (use) return use;
  if (CONSTANT.test(name)) return { kind: 'symbol', name };
  const idiom = knowledge.idiom(name);
  if (idiom?.kind === 'root-table') return { kind: 'root', mm: rootOwner(idiom.of), index: ZERO };
  return variable(GLOBAL + name);
}

/** Whose top table it is: init_mm's, or that of the process which runs. */
export const rootOwner = (of: 'init_mm' | 'current'): Expr =>
  of === 'init_mm' ? { kind: 'symbol', name: 'init_mm' } : { kind: 'unknown', text: 'current->mm' };

function lowerParenthesized(lowering: Lowering, node: Node): Expr {
  const [inner] = codeChildren(node);
  if (!inner) return unknown(lowering, node);
  return inner.type === 'compound_statement'
    ? lowerStatementExpression(lowering, inner)
    : lowerValue(lowering, inner);
}

/** `({ ...; value; })`: the value is that of the last statement. */
function lowerStatementExpression(lowering: Lowering, block: Node): Expr {
  const statements = codeChildren(block);
  const last = statements.at(-1);
  for (const statement of statements) if (statement !== last) lowerStatement(lowering, statement);
  const value = last?.type === 'expression_statement' ? codeChildren(last)[0] : undefined;
  if (value) return lowerValue(lowering, value);
  if (last) lowerStatement(lowering, last);
  return unknown(lowering, block);
}

/**
 * `(pte_t *)__va(pmd_val(pmd) & PAGE_MASK)`: a descent by hand. A cast that makes a pointer to entries out of what a call
 * computed points to the first entry of the table; of what is a pointer already, it is that pointer.
 */
function lowerCast(lowering: Lowering, node: Node): Expr {
  const operand = fieldOf(node, 'value');
  if (!operand) return unknown(lowering, node);
  const type = entryTypeOfText(fieldOf(node, 'type')?.text ?? '');
  const isComputed = operand.descendantsOfType('call_expression').length > 0;
  if (type?.pointers !== 1 || !isComputed || entryTypeOf(lowering, operand)?.pointers === 1)
    return lowerValue(lowering, operand);
  const entry = lowerPhysical(lowering, operand);
  return entry.kind === 'root' || type.level === 'pgd'
    ? entry
    : { kind: 'descend', entry, level: type.level, index: ZERO };
}

/** An address out of an entry's value: what the bits around it are masked with does not matter. */
export function lowerPhysical(lowering: Lowering, node: Node): Expr {
  if (node.type === 'parenthesized_expression') {
    const [inner] = codeChildren(node);
    if (inner && inner.type !== 'compound_statement') return lowerPhysical(lowering, inner);
  }
  if (node.type === 'cast_expression') {
    const operand = fieldOf(node, 'value');
    if (operand) return lowerPhysical(lowering, operand);
  }
  if (node.type === 'binary_expression' && /^[&|]$/.test(fieldOf(node, 'operator')?.type ?? '')) {
    const left = fieldOf(node, 'left');
    if (left) return lowerPhysical(lowering, left);
  }
  return lowerValue(lowering, node);
}

function lowerUnary(lowering: Lowering, node: Node): Expr {
  const operator = node.child(0)?.type;
  if (operator === '!') return conditionAsValue(lowering, node);
  const operand = lowerField(lowering, node, 'argument');
  if (operator === '-')
    return operand.kind === 'int' ? { kind: 'int', value: -operand.value } : { kind: 'negate', operand };
  if (operator === '~') return { kind: 'complement', operand };
  return operand;
}

function lowerBinary(lowering: Lowering, node: Node): Expr {
  const operator = fieldOf(node, 'operator')?.type ?? '';
  if (operator === '&&' || operator === '||') return conditionAsValue(lowering, node);
  const left = lowerField(lowering, node, 'left');
  const right = lowerField(lowering, node, 'right');
  return isOperator(operator) ? binary(operator, left, right) : unknown(lowering, node);
}

/** `(struct s){ .f = v }` gives a nameless object whose fields are known; `(pte_t) { v }` is the value v. */
function lowerCompoundLiteral(lowering: Lowering, node: Node): Expr {
  const list = fieldOf(node, 'value');
  const values = list ? codeChildren(list) : [];
  const [only, ...others] = values;
  const isEntry = entryTypeOfText(fieldOf(node, 'type')?.text ?? '') !== undefined;
  if (
    isEntry &&
    only &&
    only.type !== 'initializer_pair' &&
    only.type !== 'initializer_list' &&
    !others.length
  )
    return lowerValue(lowering, only);
  const name = temporary(lowering);
  if (list) lowerInitializer(lowering, name, list);
  return /\[\s*\]/.test(sourceOf(lowering, node).split('{')[0] ?? '')
    ? { kind: 'address', of: name }
    : variable(name);
}
