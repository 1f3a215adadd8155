/** A statement that is one step. */
import type { Place, Step } from '../../program/ir.js';
import type { RacePlace, Statement } from './ast.js';
import type { Levels } from './levels.js';

/** Line of a place in the scanned tree; undefined when the tree does not have it. */
export type ResolvePlace = (place: RacePlace) => number | undefined;

/** What all steps have. */
export type Common = Pick<Step, 'next' | 'text' | 'at'>;

/** Statements that say which step comes next. */
type ControlKind = 'label' | 'goto' | 'stop' | 'break' | 'continue' | 'if' | 'for' | 'loop' | 'choose';

export function stepOf(
  statement: Exclude<Statement, { readonly kind: ControlKind }>,
  levels: Levels,
  common: Common,
): Step {
  switch (statement.kind) {
    case 'load': {
      const from = levels.annotate(statement.from);
      const level = levels.ofTarget(from);
      return { op: 'load', dst: statement.dst, from, level, access: 'once', use: 'entry', ...common };
    }
    case 'store': {
      const to = levels.annotate(statement.to);
      const value = levels.annotate(statement.value);
      return { op: 'store', to, value, level: levels.ofTarget(to), ...common };
    }
    case 'xchg': {
      const to = levels.annotate(statement.to);
      const value = levels.annotate(statement.value);
      return { op: 'exchange', dst: statement.dst, to, value, level: levels.ofTarget(to), ...common };
    }
    case 'alloc':
      return { op: 'alloc', dst: statement.dst, level: statement.level, ...common };
    case 'free':
    case 'free_rcu':
    case 'poison':
    case 'offline':
    case 'remove':
      return { op: statement.kind, page: levels.annotate(statement.page), ...common };
    case 'let':
      return { op: 'let', dst: statement.dst, value: levels.annotate(statement.value), ...common };
    case 'lock':
    case 'unlock':
      return { op: statement.kind, lock: lockRef(statement.lock), mode: statement.mode, ...common };
    case 'trylock': {
      const { dst, lock, mode } = statement;
      return { op: 'trylock', dst, lock: lockRef(lock), mode, ...common };
    }
    case 'downgrade':
      return { op: 'downgrade', lock: lockRef(statement.lock), ...common };
    case 'note':
      return { op: 'note', what: statement.text, ...common };
    default:
      return { op: statement.kind, ...common };
  }
}

function lockRef(name: string): { readonly class: string; readonly name: string } {
  return { class: name.replace(/\(.*$/s, ''), name };
}

/** The place in the tree; where that is not known, the file's name says what was asked for. */
export function placeOf(at: RacePlace, resolve?: ResolvePlace): Place {
  const line = 'line' in at ? at.line : (resolve?.(at) ?? 0);
  const file =
    line > 0 || 'line' in at
      ? at.file
      : `${at.file}:${at.function}${at.token === undefined ? '' : `:${at.token}`}`;
  return { file, line, column: 1, endLine: line, endColumn: 1 };
}
