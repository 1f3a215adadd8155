/** Declarations: the types of locals, and their initial values. */
import type { Node } from 'web-tree-sitter';
import { noteLock } from './assignments.js';
import { codeChildren, emit, fieldOf, type Lowering } from './context.js';
import { lowerInitializer } from './initializers.js';
import { lowerValue } from './values.js';

export function lowerDeclaration(lowering: Lowering, node: Node): void {
  const base = fieldOf(node, 'type')?.text ?? '';
  for (const child of codeChildren(node)) {
    const declarator = child.type === 'init_declarator' ? fieldOf(child, 'declarator') : child;
    const name = declarator && declaredName(declarator);
    if (!declarator || !name) continue;
    const stars = '*'.repeat((declarator.text.split(name.text)[0] ?? '').split('*').length - 1);
    const isArray = declarator.type === 'array_declarator';
    lowering.types.set(name.text, `${base} ${stars}${isArray ? '*' : ''}`.replace(/\s+/g, ' ').trim());
    const value = child.type === 'init_declarator' ? fieldOf(child, 'value') : undefined;
    if (value) lowerInitialValue(lowering, name.text, value, child);
  }
}

function lowerInitialValue(lowering: Lowering, name: string, value: Node, node: Node): void {
  noteLock(lowering, name, value);
  if (value.type === 'initializer_list') lowerInitializer(lowering, name, value);
  else emit(lowering, node, { op: 'let', dst: name, value: lowerValue(lowering, value) });
}

/** The identifier that a declarator declares; undefined for a type or a function declaration. */
function declaredName(declarator: Node): Node | undefined {
  if (declarator.type === 'identifier') return declarator;
  if (!/_declarator$/.test(declarator.type)) return undefined;
  const inner =
    fieldOf(declarator, 'declarator') ??
    codeChildren(declarator).find((each) => /declarator|identifier/.test(each.type));
  return inner && declaredName(inner);
}
