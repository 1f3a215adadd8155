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
import { createFields } from './fields.js';
import { createTargets, globalValue, type Alternatives, type Initializer } from './targets.js';

export interface Paths {
  /** The canonical path of an access path seen in a frame. */
  resolve(frame: string, path: Var): Var;
  /** The value of a canonical path: a constant, or the variable itself. */
  read(path: Var): Expr;
  /** The object of which the pointer in a canonical path has that member, as a value; undefined where it is not known whose it is. */
  container(path: Var, member: string): Expr | undefined;
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
  /** The names of all that a path is given, where these are always names: of functions, of objects. None: not known. */
  given(path: Var): readonly string[];
  /** The values that a member has in the tables that its pointer may point to; none when that is not known. */
  possible(path: Var): readonly Expr[];
}

const isConstant = (value: Expr): boolean =>
  (value.kind === 'element' && value.index.kind === 'int') ||
  value.kind === 'int' ||
  value.kind === 'symbol' ||
  value.kind === 'address' ||
  value.kind === 'entry';

/** `known`, `before`: the paths that the rounds before found to be written more than once, and what they may point to. */
export function createPaths(known: ReadonlySet<Var>, before: Alternatives, initializer: Initializer): Paths {
  const mutable = new Set(known);
  const written = new Map<Var, Expr>();
  const fields = createFields();
  const targets = createTargets(before, initializer);

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
    const parts = /^(::)?(#?[^.>-]+)(.*)$/s.exec(path);
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

  const read = (path: Var): Expr => {
    if (mutable.has(path)) return { kind: 'var', name: path };
    const value = written.get(path);
    if (value !== undefined) return isConstant(value) ? value : { kind: 'var', name: path };
    if (fields.isZeroed(path)) return { kind: 'int', value: 0 };
    const [first, ...others] = targets.possible(path);
    const isOne = first && others.every((each) => JSON.stringify(each) === JSON.stringify(first));
    return isOne ? first : (globalValue(path, initializer) ?? { kind: 'var', name: path });
  };

  const container = (path: Var, member: string): Expr | undefined => {
    const object = target(path);
    if (object?.endsWith(`->${member}`)) return read(object.slice(0, -member.length - 2));
    return object?.endsWith(`.${member}`)
      ? { kind: 'address', of: object.slice(0, -member.length - 1) }
      : undefined;
  };

  return {
    resolve,
    read,
    container,
    mutable,
    alternatives: targets.alternatives,
    possible: (path) => targets.possible(path),
    given: (path) => targets.given(path),
    isScalar: (path) => written.has(path),
    forget: (path) => {
      const isNumber = (value: Expr | undefined): boolean => value !== undefined && !targets.isPointer(value);
      fields.forget(path);
      return fields.of(path).filter((each) => isNumber(written.get(each)) && !targets.isEntry(each));
    },
    write: (path, value) => {
      targets.note(path, value);
      const before =
        written.get(path) ?? (fields.isZeroed(path) ? ({ kind: 'int', value: 0 } as const) : undefined);
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(value)) mutable.add(path);
      if (!written.has(path)) fields.note(path);
      written.set(path, value);
    },
    zeroRest: (path) => {
      fields.zero(path);
      return [...mutable].filter((each) => each.startsWith(`${path}.`) && !written.has(each));
    },
  };
}

/** The path whose unset fields a step zeroes: `walk` of `walk.*`; undefined for any other. */
export function restOf(path: Var): Var | undefined {
  return path.endsWith(REST) ? path.slice(0, -REST.length) : undefined;
}
