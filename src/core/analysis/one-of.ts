/** Values of which it is known that they are one of a few constants: what `cmd` is where two cases of it meet. */
import type { Expr } from '../program/ir.js';

const PREFIX = 'one of ';
/** More constants than this are not told apart. */
const MOST = 4;

/** The constants that a value may be, by name: one of a constant, several of a choice; undefined of anything else. */
function namesOf(value: Expr): readonly string[] | undefined {
  if (value.kind === 'symbol' && /^[A-Z]\w*$/.test(value.name)) return [value.name];
  return isOneOf(value) ? value.text.slice(PREFIX.length).split(', ') : undefined;
}

/** Whether only a choice of constants is known. */
export const isOneOf = (value: Expr): value is Extract<Expr, { kind: 'unknown' }> =>
  value.kind === 'unknown' && value.text.startsWith(PREFIX);

/** What is known where a variable has either value; undefined when they are not constants with a name, or too many. */
export function eitherOf(a: Expr, b: Expr): Expr | undefined {
  const [left, right] = [namesOf(a), namesOf(b)];
  return left && right && choice([...new Set([...left, ...right])].sort());
}

/** What is left of a choice when one constant is ruled out. */
export function without(value: Expr, constant: Expr): Expr | undefined {
  const [out] = namesOf(constant) ?? [];
  return isOneOf(value) ? choice((namesOf(value) ?? []).filter((name) => name !== out)) : undefined;
}

/** Whether a value can be equal to a constant; undefined when nothing of the kind is known. */
export function canBe(value: Expr, constant: Expr): boolean | undefined {
  const [name] = namesOf(constant) ?? [];
  return name !== undefined && isOneOf(value) ? namesOf(value)?.includes(name) : undefined;
}

function choice(names: readonly string[]): Expr | undefined {
  const [only, ...others] = names;
  if (only === undefined || names.length > MOST) return undefined;
  return others.length === 0
    ? { kind: 'symbol', name: only }
    : { kind: 'unknown', text: PREFIX + names.join(', ') };
}
