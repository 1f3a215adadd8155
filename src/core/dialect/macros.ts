/** Macro definitions: what the index needs to see through macros that wrap calls. */
import { DIRECTIVE, lex } from './lex.js';
import { directiveName } from './groups.js';

export interface MacroDefinition {
  readonly name: string;
  /** Undefined for a macro without parameter list. `...` and `args...` as written. */
  readonly params: readonly string[] | undefined;
  /** The replacement, continuation lines joined by blanks of the same length: an offset in it is one from `bodyOffset`. */
  readonly body: string;
  readonly offset: number;
  readonly bodyOffset: number;
  readonly end: number;
}

const HEAD = /^\s+([A-Za-z_$][\w$]*)(\(([^()]*)\))?/;

/** All `#define` lines of a file in order, also those within `#if` arms. */
export function macroDefinitions(text: string): readonly MacroDefinition[] {
  if (!text.includes('define')) return [];
  const tokens = lex(text);
  const found: MacroDefinition[] = [];
  for (let token = 0; token < tokens.count; token++) {
    if (tokens.kind[token] !== DIRECTIVE) continue;
    const start = tokens.start[token] ?? 0;
    const end = tokens.end[token] ?? 0;
    const line = text.slice(start, end);
    const { name, rest } = directiveName(line);
    if (name !== 'define') continue;
    const joined = line.replace(/\\(?=\r?\n)|[\r\n]/g, ' ');
    const head = HEAD.exec(joined.slice(rest));
    if (head?.[1] === undefined) continue;
    const bodyAt = rest + head[0].length;
    const params = head[3]?.split(',').map((param) => param.trim());
    const lead = /^\s*/.exec(joined.slice(bodyAt))?.[0].length ?? 0;
    found.push({
      name: head[1],
      params: params?.length === 1 && params[0] === '' ? [] : params,
      body: joined.slice(bodyAt + lead).trimEnd(),
      offset: start,
      bodyOffset: start + bodyAt + lead,
      end,
    });
  }
  return found;
}
