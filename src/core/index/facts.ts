/**
 * What the index needs of one file: plain data that depends on that file's text only. Nothing is resolved here; names are as written. Offsets count UTF-16 units, lines count from 1.
 */

/** `foo`, or `&foo` (`address`), as an argument or a value. */
export interface NameFact {
  readonly name: string;
  readonly address?: true;
}

export interface ArgumentFact extends NameFact {
  /** Position in the call, from 0. */
  readonly index: number;
}

/** How a call names what it calls: a function (or macro), a member of an object, or a parameter or local variable. */
export type CallKind = 'direct' | 'field' | 'pointer';

export interface CallFact {
  readonly kind: CallKind;
  readonly callee: string;
  readonly line: number;
  readonly offset: number;
  /** Arguments that are one name, which no parameter or local variable has but a local table; others are not told. */
  readonly arguments: readonly ArgumentFact[];
  /** Conditions of the `#if` arms between the function and the call, outermost first. */
  readonly guards?: readonly string[];
}

/** A name used as a value in a function: `ops->show = foo`, `cond ? foo : bar`. */
export interface ReferenceFact extends NameFact {
  readonly line: number;
  /** Member that it is assigned to. */
  readonly field?: string;
}

export interface FunctionFacts {
  readonly name: string;
  /** The macro that makes the function, as in `SYSCALL_DEFINE3(x, ...) {`; `name` is what it makes of its first argument. */
  readonly macro?: string;
  readonly isStatic: boolean;
  /** Line of the name, and of the closing brace. */
  readonly line: number;
  readonly endLine: number;
  /** From the first word of the declaration to behind the closing brace. */
  readonly start: number;
  readonly end: number;
  readonly params: readonly string[];
  /** Marks in the header: `__init`, `noinstr`, `__must_hold(&x->lock)`. */
  readonly annotations: readonly string[];
  /** Conditions of the `#if` arms around it, outermost first: `CONFIG_X`, `!CONFIG_X`, or text. */
  readonly guards: readonly string[];
  /** What the body says (these three) is read when it is first asked for: of most functions, nobody asks. */
  readonly calls: readonly CallFact[];
  readonly references: readonly ReferenceFact[];
  /** Tables that it declares or makes. */
  readonly tables: readonly TableFacts[];
}

export interface FieldFact extends NameFact {
  /** Designators joined by dots (`ptdump.note_page`); `#2` for the third value that has none. Array places are left out. */
  readonly path: string;
  readonly line: number;
}

/** `[static] struct T variable = { .field = value, ... }`: the values that are one name. */
export interface TableFacts {
  /** Tag of the struct, or the name of the type. */
  readonly type: string;
  readonly variable: string;
  readonly line: number;
  readonly isStatic: boolean;
  /** The function that it is in, when it is local. */
  readonly within?: string;
  readonly fields: readonly FieldFact[];
  readonly guards: readonly string[];
}

/** A macro used at the top level: `module_init(f)`, `DEFINE_SHOW_ATTRIBUTE(x);`, `EXPORT_SYMBOL(f)`. */
export interface InvocationFact {
  readonly macro: string;
  readonly line: number;
  readonly offset: number;
  /** Arguments as written. */
  readonly arguments: readonly string[];
  readonly guards: readonly string[];
}

export interface MacroFacts {
  readonly name: string;
  readonly line: number;
  /** Parameters; absent: object-like. */
  readonly params?: readonly string[];
  /** What its body calls; `pointer` calls are calls of a parameter. */
  readonly calls: readonly CallFact[];
  /** Text of the body where it defines functions or tables for others (`##` or a top-level body), so that uses can be expanded. */
  readonly body?: string;
  readonly guards: readonly string[];
}

/** Enough of a text to tell which functions of the next one are others, and whether that is all (shape.ts). */
export interface FileShape {
  /** Of all that is outside of functions' bodies, and of the preprocessor's lines wherever they are; comments and white space do not count. */
  readonly outside: number;
  /** Of the text of each function, the line of its name and its last one. */
  readonly functions: readonly number[];
  readonly lines: readonly number[];
  readonly ends: readonly number[];
  /** Lines of the uses of macros at the top level: what they make stands there. */
  readonly macroUses: readonly number[];
}

export interface FileFacts {
  readonly functions: readonly FunctionFacts[];
  /** Which words the bodies of the first functions have; of those behind them nothing is told. */
  readonly bodies?: BodyWords;
  /** Those at the top level. */
  readonly tables: readonly TableFacts[];
  readonly invocations: readonly InvocationFact[];
  readonly macros: readonly MacroFacts[];
  readonly includes: readonly string[];
  /** Of the text; absent where there is none, as for what a macro makes. */
  readonly shape?: FileShape;
}

/** Hashes of the words of some bodies, end to end: those of body `i` end at `ends[i]`, where those of `i + 1` begin. */
export interface BodyWords {
  readonly hashes: Uint32Array;
  readonly ends: Uint32Array;
}

export const NO_FACTS: FileFacts = { functions: [], tables: [], invocations: [], macros: [], includes: [] };
