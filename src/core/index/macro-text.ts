/** The text behind a `#define`: facts tell what it calls, and this what it says. */
import type { MacroFacts } from './facts.js';
import { TOKEN, endOf, kindAt, startOf, tokenize, wordAt } from './tokens.js';

export interface MacroText {
  /** Absent: object-like. */
  readonly params?: readonly string[];
  /** C text, its lines joined. */
  readonly body: string;
}

/** What a macro says; undefined where it is not on its line. `text` is the file that defines it. */
export function macroTextOf(text: string, { line, params }: MacroFacts): MacroText | undefined {
  const lines = text.split('\n').slice(line - 1);
  const last = lines.findIndex((each) => !/\\\r?$/.test(each));
  const whole = lines
    .slice(0, last + 1)
    .map((each) => each.replace(/\\?\r?$/, ''))
    .join('\n');
  const header = params === undefined ? /^\s*#\s*define\s+\w+(?=\s)/ : /^\s*#\s*define\s+\w+\([^)]*\)/;
  const [head] = header.exec(whole) ?? [];
  if (head === undefined) return undefined;
  return { ...(params ? { params } : {}), body: whole.slice(head.length) };
}

/** Whether a body is statements, and no value. */
export const isStatements = (body: string): boolean =>
  /^\s*(do\b|\{|if\b|for\b|while\b)/.test(body) || /;\s*\S/.test(withoutNested(body));

/** Without `({ ... })`, which is a value. */
const withoutNested = (body: string): string => (/^\s*\(\s*\{[\s\S]*\}\s*\)\s*$/.test(body) ? '' : body);

/** The body of a use: its parameters replaced by `values` as written, and `a ## b` joined; `#a` becomes an empty string. */
export function writtenOut({ params = [], body }: MacroText, values: readonly string[]): string {
  return substitute(body, bindings(params, values));
}

/** What each parameter stands for; the last of a variadic macro takes the rest. */
function bindings(params: readonly string[], values: readonly string[]): ReadonlyMap<string, string> {
  const bound = new Map<string, string>();
  params.forEach((param, index) => {
    bound.set(param, param === '__VA_ARGS__' ? values.slice(index).join(', ') : (values[index] ?? ''));
  });
  return bound;
}

function substitute(body: string, bound: ReadonlyMap<string, string>): string {
  const tokens = tokenize(body.replace(/\\\r?\n/g, ' \n').replace(/(^|[^#])#(?!#)\s*(\w+)/g, '$1""'));
  let text = '';
  let pasting = false;
  for (let index = 0; index < tokens.count; index++) {
    if (kindAt(tokens, index) === HASH) {
      pasting = true;
      continue;
    }
    const gap = tokens.text.slice(index === 0 ? 0 : endOf(tokens, index - 1), startOf(tokens, index));
    const word = wordAt(tokens, index);
    const value = kindAt(tokens, index) === TOKEN.ident ? (bound.get(word) ?? word) : word;
    text += pasting ? value : gap + value;
    pasting = false;
  }
  return text;
}

const HASH = 0x23;
