/**
 * Values of which only the sign is known: that a variable is not 0, or is an error number. They are symbols whose names tell the
 * variable, so that they can be carried over a call under its other name.
 */
import type { Expr, Var } from '../program/ir.js';

/** Prefixes of the value of a variable of which only this is known: it is not 0; it is an error number (or such a pointer). */
const NONZERO = 'nonzero ';
const NEGATIVE = 'negative ';
const SIGN = new RegExp(`^(${NONZERO}|${NEGATIVE})(.*)$`);
const startsWith = (prefix: string, value: Expr): boolean =>
  value.kind === 'symbol' && value.name.startsWith(prefix);

/** A value of which no more than its sign is known. */
export const isSign = (value: Expr): boolean => startsWith(NONZERO, value) || startsWith(NEGATIVE, value);

/** What a sign is known of: the variable's name put through `rename`. Any other value stays. */
export function renamedSign(value: Expr, rename: (name: Var) => Var): Expr {
  const [, prefix, name] = SIGN.exec(value.kind === 'symbol' ? value.name : '') ?? [];
  return prefix === undefined || name === undefined ? value : { kind: 'symbol', name: prefix + rename(name) };
}

/** A value that is known not to be 0. */
export const isNonzero = (value: Expr): boolean => startsWith(NONZERO, value);

/** A value that is known to be an error number. */
export const isBelowZero = (value: Expr): boolean => startsWith(NEGATIVE, value);

/** The value of a variable that is not 0. */
export const nonzero = (name: Var): Expr => ({ kind: 'symbol', name: NONZERO + name });

/** Without the prefixes. */
export const withoutSigns = (text: string): string => text.replace(NONZERO, '').replace(NEGATIVE, '');

/** Two errors of different numbers are an error. */
export function sameSign(name: Var, a: Expr, b: Expr): Expr | undefined {
  if (isNegative(a) && isNegative(b)) return { kind: 'symbol', name: NEGATIVE + name };
  return isTruthy(a) && isTruthy(b) ? nonzero(name) : undefined;
}

const isNegative = (value: Expr): boolean => (value.kind === 'int' ? value.value < 0 : isBelowZero(value));
const isTruthy = (value: Expr): boolean => (value.kind === 'int' ? value.value !== 0 : isSign(value));
