/** Uses of macros that the function's own file defines: what they are written out to is lowered in their place. */
import type { Node } from 'web-tree-sitter';
import type { Expr } from '../ir.js';
import { codeChildren, placeOf, sourceOf, type Lowering } from './context.js';
import { unknown } from './expressions.js';
import { lowerStatement } from './statements.js';
import { lowerValue } from './values.js';

/** Macros that use macros are followed this deep. */
const DEPTH = 4;

/** The value of a use of a macro; undefined when the name is none that matters. Each step of it is at the place of the use. */
export function lowerUse(
  lowering: Lowering,
  name: string,
  args: readonly Node[] | undefined,
  node: Node,
): Expr | undefined {
  const { use } = lowering;
  if (lowering.names === undefined || use?.names.includes(name) === true || use?.names.length === DEPTH)
    return undefined;
  const tree = lowering.names.writtenOut(
    name,
    args?.map((each) => sourceOf(lowering, each)),
  );
  const body = tree?.definitions[0]?.body;
  if (!tree || !body) return undefined;
  const around = { use, source: lowering.source };
  lowering.use = { at: use?.at ?? placeOf(lowering, node), names: [...(use?.names ?? []), name] };
  lowering.source = tree;
  const value = lowerBody(lowering, body, node);
  lowering.use = around.use;
  lowering.source = around.source;
  return value;
}

function lowerBody(lowering: Lowering, body: Node, node: Node): Expr {
  const [first] = codeChildren(body);
  const value = first?.type === 'return_statement' ? codeChildren(first)[0] : undefined;
  if (value) return lowerValue(lowering, value);
  lowerStatement(lowering, body);
  return unknown(lowering, node);
}
