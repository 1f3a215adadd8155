/** Which fields of objects were written while functions are linked, and which of the others are known to be 0. */
import type { Var } from '../ir.js';

export interface Fields {
  /** Notes that a path is given a value for the first time. */
  note(path: Var): void;
  /** The written fields of an object, and the fields of those. */
  of(object: Var): readonly Var[];
  /** From here on the unset fields of an object are 0. */
  zero(object: Var): void;
  /** From here on they are not known. */
  forget(object: Var): void;
  /** A member of an object whose unset members are 0; what such a member points to is another object. */
  isZeroed(path: Var): boolean;
}

export function createFields(): Fields {
  const under = new Map<Var, Var[]>();
  const zeroed = new Set<Var>();
  const opaque = new Set<Var>();
  return {
    note: (path) => {
      for (const { object } of objectsOf(path)) {
        const fields = under.get(object);
        if (fields) fields.push(path);
        else under.set(object, [path]);
      }
    },
    of: (object) => under.get(object) ?? [],
    zero: (object) => {
      zeroed.add(object);
      opaque.delete(object);
    },
    forget: (object) => void opaque.add(object),
    isZeroed: (path) => {
      for (const { object, field } of objectsOf(path)) {
        if (field.includes('->')) return false;
        if (opaque.has(object)) return false;
        if (zeroed.has(object)) return true;
      }
      return false;
    },
  };
}

/** The objects that a path is a field of, the innermost first: `a.b` and `a` of `a.b.c`. */
function* objectsOf(path: Var): Generator<{ readonly object: Var; readonly field: string }> {
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1))
    yield { object: path.slice(0, dot), field: path.slice(dot) };
}
