/** Expressions: the value of a C expression, with a step for everything on the way that reads memory, assigns or calls. */
import type { Node } from 'web-tree-sitter';
import type { Access, BinaryOperator, Expr, TableLevel, Var } from '../ir.js';
import { lowerCall } from './calls.js';
import { lowerCondition } from './conditions.js';
import { assume, codeChildren, fieldOf, placeOf, temporary, textOf, type Lowering } from './context.js';
import { entryTypeOf, GLOBAL, pathOf } from './paths.js';
import { lowerStatement } from './statements.js';

export const ZERO: Expr = { kind: 'int', value: 0 };
export const ONE: Expr = { kind: 'int', value: 1 };

export const unknown = (node: Node): Expr => ({ kind: 'unknown', text: textOf(node) });
export const variable = (name: Var): Expr => ({ kind: 'var', name });
export const binary = (operator: BinaryOperator, left: Expr, right: Expr): Expr => ({
  kind: 'binary',
  operator,
  left,
  right,
});

const OPERATORS: ReadonlySet<string> = new Set<BinaryOperator>([
  ...(['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>'] as const),
  ...(['<', '<=', '>', '>=', '==', '!='] as const),
]);
const isOperator = (text: string): text is BinaryOperator => OPERATORS.has(text);

/** The value of an expression. Steps are added for its loads, assignments and calls, in C's order as far as it has one. */
export function lowerValue(lowering: Lowering, node: Node): Expr {
  switch (node.type) {
    case 'number_literal':
      return integer(node);
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
      return lowerField(lowering, node, 'value');
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
    case 'string_literal':
    case 'concatenated_string':
    case 'char_literal':
    case 'sizeof_expression':
    case 'alignof_expression':
    case 'offsetof_expression':
    case 'generic_expression':
      return unknown(node);
    case 'compound_literal_expression':
      return lowerCompoundLiteral(lowering, node);
    default:
      assume(
        lowering,
        'not-modelled',
        `"${textOf(node)}" is not understood; its value is taken as unknown`,
        node,
      );
      return unknown(node);
  }
}

function lowerField(lowering: Lowering, node: Node, field: string): Expr {
  const child = fieldOf(node, field);
  return child ? lowerValue(lowering, child) : unknown(node);
}

function integer(node: Node): Expr {
  const value = Number(node.text.replace(/[uUlL]+$/, '').replace(/^0(?=[0-7]+$)/, '0o'));
  return Number.isSafeInteger(value) ? { kind: 'int', value } : unknown(node);
}

/** Enumerators and constants are written in capitals: they are equal by name. */
const CONSTANT = /^[A-Z][A-Z0-9_]*$/;
/** Error numbers: all that matters is that -EINVAL is not 0. */
const ERROR_NUMBER = /^E[A-Z0-9]+$/;

function lowerName(lowering: Lowering, node: Node): Expr {
  const name = node.text;
  if (lowering.types.has(name)) return variable(name);
  if (lowering.knowledge.isGeometry(name)) return { kind: 'geometry', name };
  if (ERROR_NUMBER.test(name)) return ONE;
  if (/^CONFIG_\w+$/.test(name)) return variable(GLOBAL + name);
  if (CONSTANT.test(name)) return { kind: 'symbol', name };
  const root = lowering.knowledge.primitive(name);
  if (root?.kind === 'root') return { kind: 'root', mm: { kind: 'symbol', name: 'init_mm' }, index: ZERO };
  return variable(GLOBAL + name);
}

function lowerParenthesized(lowering: Lowering, node: Node): Expr {
  const [inner] = codeChildren(node);
  if (!inner) return unknown(node);
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
  return unknown(block);
}

function lowerMember(lowering: Lowering, node: Node): Expr {
  const base = fieldOf(node, 'argument');
  const field = fieldOf(node, 'field')?.text;
  if (base && field === 'pgd' && isMm(lowering, base)) {
    return { kind: 'root', mm: lowerObject(lowering, base), index: ZERO };
  }
  const path = pathOf(lowering, node);
  if (path !== undefined) return variable(path);
  if (base) lowerValue(lowering, base);
  return unknown(node);
}

/** Whether an expression is an mm_struct: by its declared type, or because it is named like one. */
function isMm(lowering: Lowering, node: Node): boolean {
  const type = node.type === 'identifier' ? lowering.types.get(node.text) : undefined;
  if (type !== undefined) return /\bmm_struct\b/.test(type);
  return /(^|[.>])(\w*_)?mm$/.test(node.text);
}

/** The object that `a` in `a.f` or `a->f` is, as a value that can be compared: &init_mm and init_mm. give the same symbol. */
function lowerObject(lowering: Lowering, node: Node): Expr {
  if (node.type === 'identifier' && !lowering.types.has(node.text))
    return { kind: 'symbol', name: node.text };
  return lowerValue(lowering, node);
}

function lowerAddress(lowering: Lowering, node: Node): Expr {
  const target = fieldOf(node, 'argument');
  if (!target) return unknown(node);
  const inner = target.type === 'parenthesized_expression' ? (target.namedChild(0) ?? target) : target;
  if (inner.type === 'pointer_expression' && inner.child(0)?.type === '*')
    return lowerField(lowering, inner, 'argument');
  if (inner.type === 'subscript_expression') {
    const base = fieldOf(inner, 'argument');
    const index = fieldOf(inner, 'index');
    if (base && index && entryTypeOf(lowering, base)?.pointers === 1) {
      return binary('+', lowerValue(lowering, base), lowerValue(lowering, index));
    }
  }
  const path = pathOf(lowering, inner);
  if (path === undefined) return unknown(node);
  const global = path.startsWith(GLOBAL) && /^\w+$/.test(path.slice(GLOBAL.length));
  return global ? { kind: 'symbol', name: path.slice(GLOBAL.length) } : { kind: 'address', of: path };
}

/** `*p`: a load where p points to an entry; else the variable that p points to. */
export function lowerIndirection(lowering: Lowering, node: Node, access: Access): Expr {
  const pointer = fieldOf(node, 'argument');
  if (!pointer) return unknown(node);
  const type = entryTypeOf(lowering, pointer);
  if (type?.pointers === 1) return load(lowering, lowerValue(lowering, pointer), type.level, access, node);
  const path = pathOf(lowering, node);
  if (path !== undefined) return variable(path);
  lowerValue(lowering, pointer);
  return unknown(node);
}

export function lowerSubscript(lowering: Lowering, node: Node, access: Access): Expr {
  const base = fieldOf(node, 'argument');
  const index = fieldOf(node, 'index');
  if (!base || !index) return unknown(node);
  const type = entryTypeOf(lowering, base);
  const pointer = lowerValue(lowering, base);
  const offset = lowerValue(lowering, index);
  return type?.pointers === 1
    ? load(lowering, binary('+', pointer, offset), type.level, access, node)
    : unknown(node);
}

/** Adds a load of the entry that `from` points to, or reads the local copy when `from` is the address of one. */
export function load(
  lowering: Lowering,
  from: Expr,
  level: TableLevel,
  access: Access,
  node: Node,
  use: 'entry' | 'descent' = 'entry',
): Expr {
  if (from.kind === 'address') return variable(from.of);
  const dst = temporary(lowering);
  lowering.graph.emit({ op: 'load', dst, from, level, access, use }, textOf(node), placeOf(lowering, node));
  return variable(dst);
}

function lowerUnary(lowering: Lowering, node: Node): Expr {
  const operator = node.child(0)?.type;
  if (operator === '!') return conditionAsValue(lowering, node);
  const operand = lowerField(lowering, node, 'argument');
  if (operator === '-') return { kind: 'negate', operand };
  if (operator === '~') return { kind: 'complement', operand };
  return operand;
}

/** 1 or 0, by the two ways of a condition. */
function conditionAsValue(lowering: Lowering, node: Node): Expr {
  return lowerChoice(lowering, node, ONE, ZERO, node);
}

/** `dst = condition ? a : b`, where the arms are expressions still to be lowered, or values. */
function lowerChoice(
  lowering: Lowering,
  condition: Node,
  yes: Node | Expr,
  no: Node | Expr,
  whole: Node,
): Expr {
  const { graph } = lowering;
  const [then, otherwise, end] = [graph.label(), graph.label(), graph.label()];
  const dst = temporary(lowering);
  const arm = (value: Node | Expr): void => {
    const lowered = 'kind' in value ? value : lowerValue(lowering, value);
    graph.emit({ op: 'let', dst, value: lowered }, textOf(whole), placeOf(lowering, whole));
  };
  lowerCondition(lowering, condition, then, otherwise);
  graph.place(then);
  arm(yes);
  graph.jump(end);
  graph.place(otherwise);
  arm(no);
  graph.place(end);
  return variable(dst);
}

function lowerConditional(lowering: Lowering, node: Node): Expr {
  const condition = fieldOf(node, 'condition');
  const yes = fieldOf(node, 'consequence');
  const no = fieldOf(node, 'alternative');
  if (!condition || !no) return unknown(node);
  if (yes) return lowerChoice(lowering, condition, yes, no, node);
  // GNU `a ?: b`: a is evaluated once.
  const value = lowerValue(lowering, condition);
  const dst = temporary(lowering);
  const { graph } = lowering;
  const [otherwise, end] = [graph.label(), graph.label()];
  graph.emit({ op: 'let', dst, value }, textOf(node), placeOf(lowering, node));
  graph.branch(variable(dst), end, otherwise, textOf(condition), placeOf(lowering, condition));
  graph.place(otherwise);
  graph.emit({ op: 'let', dst, value: lowerValue(lowering, no) }, textOf(node), placeOf(lowering, node));
  graph.place(end);
  return variable(dst);
}

function lowerBinary(lowering: Lowering, node: Node): Expr {
  const operator = fieldOf(node, 'operator')?.type ?? '';
  if (operator === '&&' || operator === '||') return conditionAsValue(lowering, node);
  const left = lowerField(lowering, node, 'left');
  const right = lowerField(lowering, node, 'right');
  return isOperator(operator) ? binary(operator, left, right) : unknown(node);
}

/** x++ and the like: the variable changes; the value is the old one for the postfix form. */
function lowerUpdate(lowering: Lowering, node: Node): Expr {
  const target = fieldOf(node, 'argument');
  const path = target && pathOf(lowering, target);
  if (path === undefined) return unknown(node);
  const postfix = node.child(0)?.type !== '++' && node.child(0)?.type !== '--';
  const at = placeOf(lowering, node);
  const old = temporary(lowering);
  const used =
    postfix &&
    node.parent?.type !== 'expression_statement' &&
    node.parent?.type !== 'comma_expression' &&
    node.parent?.type !== 'for_statement';
  if (used) lowering.graph.emit({ op: 'let', dst: old, value: variable(path) }, textOf(node), at);
  const operator = node.text.includes('++') ? '+' : '-';
  lowering.graph.emit(
    { op: 'let', dst: path, value: binary(operator, variable(path), ONE) },
    textOf(node),
    at,
  );
  return variable(used ? old : path);
}

function lowerAssignment(lowering: Lowering, node: Node): Expr {
  const target = fieldOf(node, 'left');
  const source = fieldOf(node, 'right');
  const operator = fieldOf(node, 'operator')?.type ?? '=';
  if (!target || !source) return unknown(node);
  const value = lowerValue(lowering, source);
  const arithmetic = operator.slice(0, -1);
  if (!isOperator(arithmetic)) return assign(lowering, target, value, node);
  return assign(lowering, target, binary(arithmetic, lowerValue(lowering, target), value), node);
}

/** Stores a value in what an lvalue names: an entry of a table (a store), or a variable. */
export function assign(lowering: Lowering, target: Node, value: Expr, node: Node): Expr {
  const at = placeOf(lowering, node);
  const type = entryTypeOf(lowering, target);
  const pointer = type?.pointers === 0 ? pointerOf(lowering, target) : undefined;
  if (type && pointer && pointer.kind !== 'address') {
    lowering.graph.emit({ op: 'store', to: pointer, value, level: type.level }, textOf(node), at);
    return value;
  }
  const path = pathOf(lowering, target);
  if (path !== undefined) {
    lowering.graph.emit({ op: 'let', dst: path, value }, textOf(node), at);
    return variable(path);
  }
  return value;
}

/** The pointer that `*p` or `p[i]` goes through; undefined for a plain variable. */
function pointerOf(lowering: Lowering, target: Node): Expr | undefined {
  const inner = target.type === 'parenthesized_expression' ? (target.namedChild(0) ?? target) : target;
  const base = fieldOf(inner, 'argument');
  if (!base) return undefined;
  if (inner.type === 'pointer_expression') return lowerValue(lowering, base);
  if (inner.type !== 'subscript_expression') return undefined;
  const index = fieldOf(inner, 'index');
  return index && binary('+', lowerValue(lowering, base), lowerValue(lowering, index));
}

/** `(struct s){ .f = v }` gives a nameless object whose fields are known. */
function lowerCompoundLiteral(lowering: Lowering, node: Node): Expr {
  const list = fieldOf(node, 'value');
  const name = temporary(lowering);
  if (list) lowerInitializer(lowering, name, list);
  return variable(name);
}

/** Suffix of the path that stands for the fields which an initializer list leaves out: they are 0. */
export const REST = '.*';

/** Assigns the fields of an initializer list: `{ .ops = ops, .mm = mm }`; the others are zero. */
export function lowerInitializer(lowering: Lowering, path: Var, list: Node): void {
  for (const pair of codeChildren(list)) {
    if (pair.type !== 'initializer_pair') {
      if (pair.type !== 'preproc_call') lowerValueOrList(lowering, undefined, pair);
      continue;
    }
    const designator = fieldOf(pair, 'designator');
    const value = fieldOf(pair, 'value');
    const field = designator?.type === 'field_designator' ? designator.text.slice(1).trim() : undefined;
    if (value) lowerValueOrList(lowering, field === undefined ? undefined : `${path}.${field}`, value);
  }
  lowering.graph.emit({ op: 'let', dst: path + REST, value: ZERO }, textOf(list), placeOf(lowering, list));
}

function lowerValueOrList(lowering: Lowering, path: Var | undefined, value: Node): void {
  if (value.type === 'initializer_list') {
    lowerInitializer(lowering, path ?? temporary(lowering), value);
    return;
  }
  const lowered = lowerValue(lowering, value);
  if (path !== undefined) {
    lowering.graph.emit({ op: 'let', dst: path, value: lowered }, textOf(value), placeOf(lowering, value));
  }
}
