/**
 * Levels of entries are not written in a `.race` file: they follow from the page an entry is loaded from, and from the
 * level above it. This puts them into the expressions of a thread.
 */
import { mapExpr } from '../../program/expr.js';
import type { Expr, Level } from '../../program/ir.js';
import { LEVELS } from '../../program/ir.js';
import type { PageDecl } from '../../machine/scenario.js';
import type { Statement } from './ast.js';

export interface Levels {
  /** Level of the entry that a pointer points at. */
  readonly ofTarget: (pointer: Expr) => Level;
  /** The expression with the levels of its tests and descents put in. */
  readonly annotate: (expr: Expr) => Expr;
}

export function levelsOf(body: readonly Statement[], pages: readonly PageDecl[]): Levels {
  const present = LEVELS.filter((level) => pages.some((page) => page.level === level));
  const lowest = present.at(-1) ?? 'pte';
  const pageLevels = new Map(
    pages.map((page) => [page.name, LEVELS.find((level) => level === page.level) ?? lowest]),
  );
  const below = (level: Level | undefined): Level => {
    if (level === undefined) return lowest;
    return present.find((candidate) => LEVELS.indexOf(candidate) > LEVELS.indexOf(level)) ?? lowest;
  };
  /** Level of the entry that a variable holds, or of the entry that it points at. */
  const entries = new Map<string, Level>();
  const pointers = new Map<string, Level>();

  const target = (pointer: Expr): Level | undefined => {
    switch (pointer.kind) {
      case 'element':
        return pageLevels.get(pointer.page);
      case 'descend': {
        const entry = pointer.entry;
        if (entry.kind === 'table') return pageLevels.get(entry.page);
        const held = levelOfValue(entry);
        return held === undefined ? target(entry) : below(held);
      }
      case 'var': {
        const level = entries.get(pointer.name);
        return pointers.get(pointer.name) ?? (level === undefined ? undefined : below(level));
      }
      case 'table':
        return pageLevels.get(pointer.page);
      case 'binary':
        return target(pointer.left) ?? target(pointer.right);
      default:
        return undefined;
    }
  };
  const levelOfValue = (expr: Expr): Level | undefined =>
    expr.kind === 'var' ? entries.get(expr.name) : undefined;

  const learn = (statement: Statement): void => {
    switch (statement.kind) {
      case 'load':
      case 'xchg': {
        const level = target(statement.kind === 'load' ? statement.from : statement.to);
        if (level !== undefined && !entries.has(statement.dst)) entries.set(statement.dst, level);
        return;
      }
      case 'let': {
        const held = levelOfValue(statement.value);
        const level = target(statement.value);
        if (held !== undefined) entries.set(statement.dst, entries.get(statement.dst) ?? held);
        else if (level !== undefined) pointers.set(statement.dst, pointers.get(statement.dst) ?? level);
        return;
      }
      default:
        return;
    }
  };
  const all = withInner(body);
  for (let known = -1; known !== entries.size + pointers.size;) {
    known = entries.size + pointers.size;
    all.forEach(learn);
  }

  const annotate = (expr: Expr): Expr =>
    mapExpr(expr, (inner) => {
      if (inner.kind === 'is') return { ...inner, level: levelOfValue(inner.operand) ?? lowest };
      return inner.kind === 'descend' ? { ...inner, level: target(inner) ?? lowest } : inner;
    });
  return { ofTarget: (pointer) => target(pointer) ?? lowest, annotate };
}

/** The statements and all that are in them, in the order of the text. */
function withInner(body: readonly Statement[]): readonly Statement[] {
  return body.flatMap((statement): readonly Statement[] => {
    switch (statement.kind) {
      case 'if':
        return [statement, ...withInner(statement.then), ...withInner(statement.else)];
      case 'for':
      case 'loop':
        return [statement, ...withInner(statement.body)];
      case 'choose':
        return [statement, ...statement.ways.flatMap(withInner)];
      default:
        return [statement];
    }
  });
}
