/**
 * Lists of tables: a freer puts the tables that it has taken out on a list of its own, flushes, and frees what is on the list. Such a
 * list holds a few tables in the order in which they came; every other list stays data that the model does not have.
 */
import type { Node } from 'web-tree-sitter';
import { TABLE_DESCRIPTOR } from '../../kernel/idioms.js';
import type { Label } from '../graph.js';
import type { Expr, Var } from '../ir.js';
import { emit, fieldOf, placeOf, temporary, textOf, type Lowering } from './context.js';
import { binary, variable, ZERO } from './expressions.js';
import { pathOf } from './paths.js';
import { lowerValue } from './values.js';

/** More than there are tables in a scenario. */
const SLOTS = 4;
const NUMBERS = Array.from({ length: SLOTS }, (_, number) => number);

const int = (value: number): Expr => ({ kind: 'int', value });
const lengthOf = (list: Var): Var => `${list}tables`;
const slotOf = (list: Var, number: number): Var => `${list}tables${number}`;

/** LIST_HEAD(tables), INIT_LIST_HEAD(&tables): a list of the function's own, with nothing on it. */
export function lowerListHead(lowering: Lowering, list: Node, node: Node): void {
  if (list.type === 'identifier' && !lowering.types.has(list.text)) lowering.types.set(list.text, LIST);
  const own = list.type === 'identifier' ? list : fieldOf(list, 'argument');
  if (own?.type === 'identifier' && lowering.types.get(own.text) === LIST)
    emit(lowering, node, { op: 'let', dst: lengthOf(`${own.text}.`), value: ZERO });
}

const LIST = 'struct list_head';

/** list_add(&page_ptdesc(page)->pt_list, list): a table more. False for a list of anything else. */
export function lowerListAdd(lowering: Lowering, element: Node, list: Node, node: Node): boolean {
  const table = tableOfElement(lowering, element);
  const path = pathOfList(lowering, list);
  if (!table || path === undefined) return false;
  const { graph } = lowering;
  const value = lowerValue(lowering, table);
  const end = graph.label();
  for (const number of NUMBERS) {
    const [here, further] = [graph.label(), graph.label()];
    graph.branch(
      isNumber(lengthOf(path), number),
      here,
      further,
      textOf(lowering, node),
      placeOf(lowering, node),
    );
    graph.place(here);
    emit(lowering, node, { op: 'let', dst: slotOf(path, number), value });
    emit(lowering, node, { op: 'let', dst: lengthOf(path), value: int(number + 1) });
    graph.jump(end);
    graph.place(further);
  }
  graph.place(end);
  return true;
}

/** The rounds of a loop over a list of tables. */
export interface TableRounds {
  /** Before the loop. */
  readonly begin: () => void;
  /** Goes to `round` with the next table in the loop's variable, or to `end`. */
  readonly next: (round: Label, end: Label) => void;
}

/** The rounds of `list_for_each_entry(table, list, member)`; undefined where the list is none of tables. */
export function tableRounds(
  lowering: Lowering,
  args: readonly Node[],
  text: string,
  node: Node,
): TableRounds | undefined {
  const [table] = args;
  const list = args.find(
    (each) => each.type === 'pointer_expression' || lowering.types.get(each.text) === `${LIST} *`,
  );
  const path = list && pathOfList(lowering, list);
  if (table?.type !== 'identifier' || path === undefined) return undefined;
  if (!TABLE_DESCRIPTOR.test(lowering.types.get(table.text) ?? '')) return undefined;
  const { graph } = lowering;
  const at = placeOf(lowering, node);
  const count = temporary(lowering);
  return {
    begin: () => {
      emit(lowering, node, { op: 'let', dst: count, value: ZERO });
    },
    next: (round, end) => {
      const taken = graph.label();
      graph.branch(binary('<', variable(count), variable(lengthOf(path))), taken, end, text, at);
      graph.place(taken);
      const found = graph.label();
      for (const number of NUMBERS) {
        const [here, further] = [graph.label(), graph.label()];
        graph.branch(isNumber(count, number), here, further, text, at);
        graph.place(here);
        emit(lowering, node, { op: 'let', dst: table.text, value: variable(slotOf(path, number)) });
        graph.jump(found);
        graph.place(further);
      }
      graph.place(found);
      const isMore = binary('<', variable(count), int(SLOTS));
      emit(lowering, node, { op: 'let', dst: count, value: binary('+', variable(count), isMore) });
      graph.jump(round);
    },
  };
}

const isNumber = (name: Var, number: number): Expr => binary('==', variable(name), int(number));

/** `page_ptdesc(page)` of `&page_ptdesc(page)->pt_list`; undefined where it is no table. */
function tableOfElement(lowering: Lowering, element: Node): Node | undefined {
  const member = element.type === 'pointer_expression' ? fieldOf(element, 'argument') : undefined;
  const owner = member?.type === 'field_expression' ? fieldOf(member, 'argument') : undefined;
  if (owner?.type === 'identifier')
    return TABLE_DESCRIPTOR.test(lowering.types.get(owner.text) ?? '') ? owner : undefined;
  if (owner?.type !== 'call_expression') return undefined;
  const primitive = lowering.knowledge.primitive(fieldOf(owner, 'function')?.text ?? '');
  return primitive?.kind === 'same' ? owner : undefined;
}

/** Where the tables of a list are kept: in `tables.` for `&tables`, in `list->` for a pointer. */
function pathOfList(lowering: Lowering, list: Node): Var | undefined {
  const target = list.type === 'pointer_expression' ? fieldOf(list, 'argument') : list;
  const path = target && pathOf(lowering, target);
  return path === undefined ? undefined : path + (list === target ? '->' : '.');
}
