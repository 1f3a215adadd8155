/**
 * What is known of variables while functions are linked: which access paths are the same object, and which hold a constant.
 *
 * A path that is written once, with a constant (the address of an object, a function, an integer), is that constant wherever
 * it is read. Whether it is written once is known only when everything is linked: linking assumes it, looks, and starts over
 * with the paths that were written more often (`mutable`).
 */
import type { Expr, Var } from '../ir.js';
import { GLOBAL } from '../lower/paths.js';
import { REST } from '../lower/initializers.js';

/** Initial value of a field of a constant global object; `absent`: the object is known, and the field is not set (0). */
export type Initializer = (object: string, field: string) => Expr | 'absent' | undefined;

export interface Paths {
  /** The canonical path of an access path seen in a frame. */
  resolve(frame: string, path: Var): Var;
  /** The value of a canonical path: a constant, or the variable itself. */
  read(path: Var): Expr;
  /** Notes that a canonical path is given a value. */
  write(path: Var, value: Expr): void;
  /** Notes that the fields of an object which are not yet written are 0; gives the fields whose zero must be set at run time. */
  zeroRest(path: Var): readonly Var[];
  /**
   * Notes that somebody may have written the fields of an object: the zeros that an initialiser left are no longer known.
   * Gives the fields whose numbers are forgotten at run time; what points to functions, objects and entries of tables stays.
   */
  forget(path: Var): readonly Var[];
  /** Whether a path was given a value of its own: not an object known only by its fields. */
  isScalar(path: Var): boolean;
  readonly mutable: ReadonlySet<Var>;
  readonly alternatives: Alternatives;
  /** The values that a member has in the tables that its pointer may point to; none when that is not known. */
  possible(path: Var): readonly Expr[];
}

const isConstant = (value: Expr): boolean =>
  (value.kind === 'element' && value.index.kind === 'int') ||
  value.kind === 'int' ||
  value.kind === 'symbol' ||
  value.kind === 'address' ||
  value.kind === 'entry';

/** What a path that is written more than once may point to, where that is always a known object; `other`: not only. */
export type Alternatives = ReadonlyMap<Var, ReadonlySet<string> | 'other'>;

export const NO_ALTERNATIVES: Alternatives = new Map();

/** `known`, `before`: the paths that the rounds before found to be written more than once, and what they may point to. */
export function createPaths(known: ReadonlySet<Var>, before: Alternatives, initializer: Initializer): Paths {
  const mutable = new Set(known);
  const alternatives = new Map<Var, Set<string> | 'other'>();
  const written = new Map<Var, Expr>();
  /** The written fields of an object, and the fields of those. */
  const under = new Map<Var, Var[]>();
  const zeroed = new Set<Var>();
  /** Whether all that a path was given, but for NULL, points to an entry. */
  const entries = new Map<Var, boolean>();
  /** Objects whose zeros are no longer known. */
  const opaque = new Set<Var>();

  const constant = (path: Var): Expr | undefined => (mutable.has(path) ? undefined : written.get(path));

  /** The object that a pointer held in `path` points to. */
  const target = (path: Var): Var | undefined => {
    const value = constant(path) ?? globalValue(path, initializer);
    if (value?.kind === 'address') return value.of;
    if (value?.kind === 'symbol') return GLOBAL + value.name;
    return value?.kind === 'var' && value.name !== path
      ? (target(value.name) ?? `${value.name}->`)
      : undefined;
  };

  const resolve = (frame: string, path: Var): Var => {
    const parts = /^(::)?(#?[^.>-]+)(.*)$/.exec(path);
    const [, global, base = path, rest = ''] = parts ?? [];
    let at = global === undefined ? frame + base : GLOBAL + base;
    for (const [, accessor, field = ''] of rest.matchAll(/(->|\.)(\*|\w+)/g)) {
      if (accessor === '.') at = `${at}.${field}`;
      else {
        const object = target(at);
        if (object === undefined) at = `${at}->${field}`;
        else if (field === '*') at = object.endsWith('->') ? `${object}*` : object;
        else at = object.endsWith('->') ? object + field : `${object}.${field}`;
      }
    }
    return at;
  };

  /** A member of an object whose unset members are 0; what such a member points to is another object. */
  const isZeroed = (path: Var): boolean => {
    for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      if (path.includes('->', dot)) return false;
      if (opaque.has(path.slice(0, dot))) return false;
      if (zeroed.has(path.slice(0, dot))) return true;
    }
    return false;
  };

  const noteField = (path: Var): void => {
    for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      const object = path.slice(0, dot);
      const fields = under.get(object);
      if (fields) fields.push(path);
      else under.set(object, [path]);
    }
  };

  const note = (path: Var, value: Expr): void => {
    const found = alternatives.get(path) ?? new Set();
    const isNull = value.kind === 'int' && value.value === 0;
    if (found === 'other' || isNull) return;
    const given =
      value.kind === 'symbol'
        ? [value.name]
        : value.kind === 'var'
          ? (alternatives.get(value.name) ?? before.get(value.name) ?? 'other')
          : 'other';
    alternatives.set(path, given === 'other' ? 'other' : new Set([...found, ...given]));
  };

  const noteEntry = (path: Var, value: Expr): void => {
    if (value.kind === 'int' && value.value === 0) return;
    const isEntry =
      value.kind === 'element' ||
      value.kind === 'descend' ||
      (value.kind === 'var' && entries.get(value.name) === true);
    entries.set(path, isEntry && entries.get(path) !== false);
  };

  /** The values of `ops->f` by the tables that `ops` may point to. */
  const possible = (path: Var): readonly Expr[] => {
    const [, base = '', field = ''] = /^(.*)->(\w+)$/.exec(path) ?? [];
    const objects = before.get(base);
    if (objects === undefined || objects === 'other') return [];
    const values = [...objects].flatMap(
      (object) => globalValue(`${GLOBAL}${object}.${field}`, initializer) ?? [],
    );
    return values.length === objects.size ? values : [];
  };

  /** Whether all that a path was ever given is the address of a known object. */
  const pointsToObjects = (path: Var): boolean => {
    const objects = alternatives.get(path) ?? before.get(path);
    return objects !== undefined && objects !== 'other';
  };
  const isPointer = (value: Expr): boolean =>
    value.kind === 'symbol' ||
    value.kind === 'address' ||
    (value.kind === 'var' && pointsToObjects(value.name));

  return {
    resolve,
    mutable,
    alternatives,
    possible,
    isScalar: (path) => written.has(path),
    forget: (path) => {
      const isNumber = (value: Expr | undefined): boolean => value !== undefined && !isPointer(value);
      opaque.add(path);
      return (under.get(path) ?? []).filter(
        (each) => isNumber(written.get(each)) && entries.get(each) !== true,
      );
    },
    read: (path) => {
      if (mutable.has(path)) return { kind: 'var', name: path };
      const value = written.get(path);
      if (value !== undefined) return isConstant(value) ? value : { kind: 'var', name: path };
      if (isZeroed(path)) return { kind: 'int', value: 0 };
      const [first, ...others] = possible(path);
      const isOne = first && others.every((each) => JSON.stringify(each) === JSON.stringify(first));
      return isOne ? first : (globalValue(path, initializer) ?? { kind: 'var', name: path });
    },
    write: (path, value) => {
      note(path, value);
      noteEntry(path, value);
      const before = written.get(path) ?? (isZeroed(path) ? ({ kind: 'int', value: 0 } as const) : undefined);
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(value)) mutable.add(path);
      if (!written.has(path)) noteField(path);
      written.set(path, value);
    },
    zeroRest: (path) => {
      zeroed.add(path);
      opaque.delete(path);
      return [...mutable].filter((each) => each.startsWith(`${path}.`) && !written.has(each));
    },
  };
}

/** The value of `::object.field` by the object's initializer. */
function globalValue(path: Var, initializer: Initializer): Expr | undefined {
  const [, object, field] = /^::(\w+)\.([\w.]+)$/.exec(path) ?? [];
  if (object === undefined || field === undefined) return undefined;
  const value = initializer(object, field);
  return value === 'absent' ? { kind: 'int', value: 0 } : value;
}

/** The path whose unset fields a step zeroes: `walk` of `walk.*`; undefined for any other. */
export function restOf(path: Var): Var | undefined {
  return path.endsWith(REST) ? path.slice(0, -REST.length) : undefined;
}
