/** Statements: control flow. */
import type { Node } from 'web-tree-sitter';
import type { Label } from '../graph.js';
import { GLOBAL } from './paths.js';
import { lowerCondition } from './conditions.js';
import { assume, codeChildren, fieldOf, placeOf, temporary, textOf, type Lowering } from './context.js';
import { binary, lowerInitializer, lowerValue, variable } from './values.js';

export function lowerStatement(lowering: Lowering, node: Node): void {
  switch (node.type) {
    case 'compound_statement':
      return lowerBlock(lowering, node);
    case 'expression_statement':
      for (const expression of codeChildren(node)) lowerValue(lowering, expression);
      return;
    case 'declaration':
      return lowerDeclaration(lowering, node);
    case 'if_statement':
      return lowerIf(lowering, node);
    case 'while_statement':
      return lowerWhile(lowering, node);
    case 'do_statement':
      return lowerDo(lowering, node);
    case 'for_statement':
      return lowerFor(lowering, node);
    case 'switch_statement':
      return lowerSwitch(lowering, node);
    case 'case_statement':
      return statementsAfterCase(node).forEach((each) => lowerStatement(lowering, each));
    case 'return_statement':
      return lowerReturn(lowering, node);
    case 'break_statement':
      return leave(lowering, lowering.jumps.breakTo, node);
    case 'continue_statement':
      return leave(lowering, lowering.jumps.continueTo, node);
    case 'goto_statement':
      return lowerGoto(lowering, node);
    case 'labeled_statement':
      return lowerLabeled(lowering, node);
    case 'attributed_statement':
    case 'else_clause':
      return codeChildren(node).forEach((each) => lowerStatement(lowering, each));
    case 'preproc_if':
    case 'preproc_ifdef':
    case 'preproc_elif':
    case 'preproc_elifdef':
      return lowerPreprocessor(lowering, node);
    case 'preproc_else':
      return codeChildren(node).forEach((each) => lowerStatement(lowering, each));
    case 'preproc_call':
    case 'preproc_def':
    case 'preproc_function_def':
    case 'preproc_include':
    case 'type_definition':
    case 'struct_specifier':
    case 'enum_specifier':
    case 'union_specifier':
    case 'comment':
    case ';':
      return;
    case 'ERROR':
      return lowerDamaged(lowering, node);
    case 'gnu_asm_expression':
      return;
    default:
      if (node.type.endsWith('_expression') || node.type === 'identifier') {
        lowerValue(lowering, node);
        return;
      }
      return lowerDamaged(lowering, node);
  }
}

/** What the parser could not read: its parts that are calls are kept, and the gap is stated. */
function lowerDamaged(lowering: Lowering, node: Node): void {
  assume(lowering, 'not-modelled', `"${textOf(node)}" could not be parsed`, node);
  for (const call of node.descendantsOfType('call_expression')) if (call) lowerValue(lowering, call);
}

function lowerBlock(lowering: Lowering, node: Node): void {
  const cleanups = lowering.cleanups;
  lowering.scope += 1;
  for (const child of codeChildren(node)) lowerStatement(lowering, child);
  undo(lowering, cleanups.length);
  lowering.cleanups = cleanups;
  lowering.scope -= 1;
}

/** Runs the cleanups beyond the first `keep`, last first; they stay registered for other ways out. */
export function undo(lowering: Lowering, keep: number): void {
  for (const cleanup of lowering.cleanups.slice(keep).reverse()) cleanup.undo();
}

function lowerDeclaration(lowering: Lowering, node: Node): void {
  const base = fieldOf(node, 'type')?.text ?? '';
  for (const child of codeChildren(node)) {
    const declarator = child.type === 'init_declarator' ? fieldOf(child, 'declarator') : child;
    const name = declarator && declaredName(declarator);
    if (!declarator || !name) continue;
    const stars = '*'.repeat(declarator.text.split(name.text)[0]?.split('*').length ?? 1).slice(1);
    lowering.types.set(name.text, `${base} ${stars}`.replace(/\s+/g, ' ').trim());
    const value = child.type === 'init_declarator' ? fieldOf(child, 'value') : undefined;
    if (!value) continue;
    if (value.type === 'initializer_list') lowerInitializer(lowering, name.text, value);
    else {
      const lowered = lowerValue(lowering, value);
      lowering.graph.emit(
        { op: 'let', dst: name.text, value: lowered },
        textOf(child),
        placeOf(lowering, child),
      );
    }
  }
}

/** The identifier that a declarator declares; undefined for a type or a function declaration. */
export function declaredName(declarator: Node): Node | undefined {
  if (declarator.type === 'identifier') return declarator;
  if (!/_declarator$/.test(declarator.type)) return undefined;
  const inner =
    fieldOf(declarator, 'declarator') ??
    codeChildren(declarator).find((each) => /declarator|identifier/.test(each.type));
  return inner && declaredName(inner);
}

function lowerIf(lowering: Lowering, node: Node): void {
  const { graph } = lowering;
  const condition = fieldOf(node, 'condition');
  const consequence = fieldOf(node, 'consequence');
  const alternative = fieldOf(node, 'alternative');
  if (!condition) return lowerDamaged(lowering, node);
  const [then, otherwise, end] = [graph.label(), graph.label(), graph.label()];
  lowerCondition(lowering, condition, then, otherwise);
  graph.place(then);
  if (consequence) lowerStatement(lowering, consequence);
  graph.jump(end);
  graph.place(otherwise);
  if (alternative) lowerStatement(lowering, alternative);
  graph.place(end);
}

/** Lowers a loop's or switch's body with its own break and continue. */
function within(lowering: Lowering, breakTo: Label, continueTo: Label | undefined, body: () => void): void {
  const { jumps } = lowering;
  lowering.jumps = {
    breakTo,
    continueTo: continueTo ?? jumps.continueTo,
    cleanups: lowering.cleanups.length,
  };
  body();
  lowering.jumps = jumps;
}

function lowerWhile(lowering: Lowering, node: Node): void {
  const { graph } = lowering;
  const condition = fieldOf(node, 'condition');
  const body = fieldOf(node, 'body');
  if (!condition) return lowerDamaged(lowering, node);
  const [again, then, end] = [graph.label(), graph.label(), graph.label()];
  graph.place(again);
  lowerCondition(lowering, condition, then, end);
  graph.place(then);
  within(lowering, end, again, () => body && lowerStatement(lowering, body));
  graph.jump(again);
  graph.place(end);
}

function lowerDo(lowering: Lowering, node: Node): void {
  const { graph } = lowering;
  const condition = fieldOf(node, 'condition');
  const body = fieldOf(node, 'body');
  if (!condition) return lowerDamaged(lowering, node);
  const [again, test, end] = [graph.label(), graph.label(), graph.label()];
  graph.place(again);
  within(lowering, end, test, () => body && lowerStatement(lowering, body));
  graph.place(test);
  lowerCondition(lowering, condition, again, end);
  graph.place(end);
}

function lowerFor(lowering: Lowering, node: Node): void {
  const { graph } = lowering;
  const initializer = fieldOf(node, 'initializer');
  const condition = fieldOf(node, 'condition');
  const update = fieldOf(node, 'update');
  const body = fieldOf(node, 'body');
  if (initializer?.type === 'declaration') lowerDeclaration(lowering, initializer);
  else if (initializer) lowerValue(lowering, initializer);
  const [again, then, next, end] = [graph.label(), graph.label(), graph.label(), graph.label()];
  graph.place(again);
  if (condition) lowerCondition(lowering, condition, then, end);
  graph.place(then);
  within(lowering, end, next, () => body && lowerStatement(lowering, body));
  graph.place(next);
  if (update) lowerValue(lowering, update);
  graph.jump(again);
  graph.place(end);
}

function statementsAfterCase(node: Node): readonly Node[] {
  const value = fieldOf(node, 'value');
  return codeChildren(node).filter(
    (child) => child.id !== value?.id && !(child.type === 'ERROR' && child.text.startsWith('...')),
  );
}

function lowerSwitch(lowering: Lowering, node: Node): void {
  const { graph } = lowering;
  const condition = fieldOf(node, 'condition');
  const body = fieldOf(node, 'body');
  if (!condition || !body) return lowerDamaged(lowering, node);
  const value = temporary(lowering);
  graph.emit(
    { op: 'let', dst: value, value: lowerValue(lowering, condition) },
    textOf(condition),
    placeOf(lowering, condition),
  );
  const cases = codeChildren(body)
    .filter((child) => child.type === 'case_statement')
    .map((child) => ({ child, label: graph.label() }));
  const end = graph.label();
  for (const { child, label } of cases) {
    const constant = fieldOf(child, 'value');
    if (!constant) continue;
    const next = graph.label();
    const range = child.text
      .slice(constant.endIndex - child.startIndex)
      .trimStart()
      .startsWith('...');
    const computed = range || constant.descendantsOfType('call_expression').length > 0;
    const test = computed
      ? ({ kind: 'unknown', text: textOf(child) } as const)
      : binary('==', variable(value), lowerValue(lowering, constant));
    graph.branch(test, label, next, textOf(constant), placeOf(lowering, constant));
    graph.place(next);
  }
  graph.jump(cases.find(({ child }) => !fieldOf(child, 'value'))?.label ?? end);
  within(lowering, end, undefined, () => {
    for (const child of codeChildren(body)) {
      const entry = cases.find((each) => each.child.id === child.id);
      if (entry) graph.place(entry.label);
      lowerStatement(lowering, child);
    }
  });
  graph.place(end);
}

function lowerReturn(lowering: Lowering, node: Node): void {
  const [expression] = codeChildren(node);
  let value = expression && lowerValue(lowering, expression);
  if (value && lowering.cleanups.length > 0) {
    const kept = temporary(lowering);
    lowering.graph.emit({ op: 'let', dst: kept, value }, textOf(node), placeOf(lowering, node));
    value = variable(kept);
  }
  undo(lowering, 0);
  lowering.graph.emit({ op: 'return', ...(value ? { value } : {}) }, textOf(node), placeOf(lowering, node));
}

function leave(lowering: Lowering, to: Label | undefined, node: Node): void {
  if (!to) return lowerDamaged(lowering, node);
  undo(lowering, lowering.jumps.cleanups);
  lowering.graph.jump(to, placeOf(lowering, node));
}

function gotoLabel(lowering: Lowering, name: string): Label {
  const known = lowering.gotoLabels.get(name);
  if (known) return known;
  const label = lowering.graph.label();
  lowering.gotoLabels.set(name, label);
  return label;
}

/** A goto leaves the scopes that its label is not in; the kernel's gotos lead outwards, to the function's own scope. */
function lowerGoto(lowering: Lowering, node: Node): void {
  const name = fieldOf(node, 'label')?.text;
  if (name === undefined) {
    assume(lowering, 'not-modelled', `computed goto "${textOf(node)}" is taken as the end of the path`, node);
    return lowering.graph.stop(textOf(node), placeOf(lowering, node));
  }
  const depth = scopeOfLabel(node, name);
  const kept = lowering.cleanups.filter((cleanup) => cleanup.scope <= depth).length;
  undo(lowering, kept);
  lowering.graph.jump(gotoLabel(lowering, name), placeOf(lowering, node));
}

/** How many blocks of this function enclose the label. */
function scopeOfLabel(from: Node, name: string): number {
  let body: Node = from;
  while (body.parent && body.type !== 'function_definition') body = body.parent;
  const label = body
    .descendantsOfType('labeled_statement')
    .find((each) => each && fieldOf(each, 'label')?.text === name);
  let depth = 0;
  for (let at: Node | null = label?.parent ?? null; at && at.id !== body.id; at = at.parent) {
    if (at.type === 'compound_statement') depth += 1;
  }
  return depth;
}

function lowerLabeled(lowering: Lowering, node: Node): void {
  const name = fieldOf(node, 'label');
  if (name) lowering.graph.place(gotoLabel(lowering, name.text));
  for (const child of codeChildren(node)) if (child.id !== name?.id) lowerStatement(lowering, child);
}

/** Both arms of an #ifdef are code: which one is compiled is the configuration's, the same in the whole program. */
function lowerPreprocessor(lowering: Lowering, node: Node): void {
  const { graph } = lowering;
  const name = fieldOf(node, 'name');
  const condition = fieldOf(node, 'condition');
  const alternative = fieldOf(node, 'alternative');
  const [then, otherwise, end] = [graph.label(), graph.label(), graph.label()];
  const negated = node.type === 'preproc_ifdef' && node.child(0)?.type === '#ifndef';
  const config = (name ?? condition)?.text.replace(/\s+/g, ' ') ?? '';
  const simple = /^(?:defined\s*\(?\s*|IS_ENABLED\s*\(\s*)?(\w+)\s*\)*$/.exec(config)?.[1];
  const test = /^\d+$/.test(config)
    ? ({ kind: 'int', value: Number(config) } as const)
    : variable(`${GLOBAL}${simple ?? `#if ${config}`}`);
  const at = condition ?? name ?? node;
  graph.branch(
    test,
    negated ? otherwise : then,
    negated ? then : otherwise,
    `#if ${config}`,
    placeOf(lowering, at),
  );
  graph.place(then);
  for (const child of codeChildren(node)) {
    if (child.id !== alternative?.id && child.id !== name?.id && child.id !== condition?.id)
      lowerStatement(lowering, child);
  }
  graph.jump(end);
  graph.place(otherwise);
  if (alternative) lowerStatement(lowering, alternative);
  graph.place(end);
}
