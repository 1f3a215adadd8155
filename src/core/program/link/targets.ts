/** What pointers may point to while functions are linked: known objects, or entries of tables. */
import type { Expr, Var } from '../ir.js';
import { GLOBAL } from '../lower/paths.js';

/** Initial value of a field of a constant global object; `absent`: the object is known, and the field is not set (0). */
export type Initializer = (object: string, field: string) => Expr | 'absent' | undefined;

/** What a path that is written more than once may point to, where that is always a known object; `other`: not only. */
export type Alternatives = ReadonlyMap<Var, ReadonlySet<string> | 'other'>;

export const NO_ALTERNATIVES: Alternatives = new Map();

export interface Targets {
  /** Notes that a path is given a value. NULL says nothing about what it points to. */
  note(path: Var, value: Expr): void;
  readonly alternatives: Alternatives;
  /** The values of `ops->f` in the tables that `ops` may point to; none when that is not known. */
  possible(path: Var): readonly Expr[];
  /** The names of all that a path is given, where these are always names: of functions, of objects. None: not known. */
  given(path: Var): readonly string[];
  /** Whether a value is the address of a known object. */
  isPointer(value: Expr): boolean;
  /** Whether all that a path was given points to an entry. */
  isEntry(path: Var): boolean;
}

/** `before` is what the rounds of linking before have found. */
export function createTargets(before: Alternatives, initializer: Initializer): Targets {
  const alternatives = new Map<Var, Set<string> | 'other'>();
  const entries = new Map<Var, boolean>();
  const objectsOf = (path: Var): ReadonlySet<string> | 'other' | undefined =>
    alternatives.get(path) ?? before.get(path);

  const noteObject = (path: Var, value: Expr): void => {
    const found = alternatives.get(path) ?? new Set();
    if (found === 'other') return;
    const given =
      value.kind === 'symbol'
        ? [value.name]
        : value.kind === 'var'
          ? (objectsOf(value.name) ?? 'other')
          : 'other';
    alternatives.set(path, given === 'other' ? 'other' : new Set([...found, ...given]));
  };
  const noteEntry = (path: Var, value: Expr): void => {
    const isEntry =
      value.kind === 'element' ||
      value.kind === 'descend' ||
      (value.kind === 'var' && entries.get(value.name) === true);
    entries.set(path, isEntry && entries.get(path) !== false);
  };

  return {
    alternatives,
    note: (path, value) => {
      if (value.kind === 'int' && value.value === 0) return;
      noteObject(path, value);
      noteEntry(path, value);
    },
    possible: (path) => {
      const [, base = '', field = ''] = /^(.*)->(\w+)$/.exec(path) ?? [];
      const objects = before.get(base);
      if (objects === undefined || objects === 'other') return [];
      const values = [...objects].flatMap(
        (object) => globalValue(`${GLOBAL}${object}.${field}`, initializer) ?? [],
      );
      return values.length === objects.size ? values : [];
    },
    given: (path) => {
      const names = before.get(path);
      return names === undefined || names === 'other' ? [] : [...names];
    },
    isPointer: (value) => {
      if (value.kind === 'symbol' || value.kind === 'address') return true;
      const objects = value.kind === 'var' ? objectsOf(value.name) : undefined;
      return objects !== undefined && objects !== 'other';
    },
    isEntry: (path) => entries.get(path) === true,
  };
}

/** The value of `::object.field` by the object's initializer. */
export function globalValue(path: Var, initializer: Initializer): Expr | undefined {
  const [, object, field] = /^::(\w+)\.([\w.]+)$/.exec(path) ?? [];
  if (object === undefined || field === undefined) return undefined;
  const value = initializer(object, field);
  return value === 'absent' ? { kind: 'int', value: 0 } : value;
}
