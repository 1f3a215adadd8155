/** A small reader of the Kconfig language: symbols, what they select, what they depend on. Whatever it does not know it skips. */

export interface Conditional {
  readonly value: string;
  /** The expression after `if`. */
  readonly condition?: string;
}

export interface KconfigEntry {
  readonly symbol: string;
  /** `bool "text"`: a person decides. */
  readonly hasPrompt: boolean;
  readonly selects: readonly Conditional[];
  readonly defaults: readonly Conditional[];
  /** `depends on`, of the entry and of the `if` and `menu` blocks around it. */
  readonly depends: readonly string[];
  readonly line: number;
}

export interface KconfigFile {
  readonly entries: readonly KconfigEntry[];
  /** Paths of `source` lines, as written. */
  readonly sources: readonly string[];
}

interface Draft {
  symbol: string;
  hasPrompt: boolean;
  selects: Conditional[];
  defaults: Conditional[];
  depends: string[];
  line: number;
}

/** Splits `X if Y`. */
function conditional(text: string): Conditional {
  const at = text.search(/\sif\s/);
  return at < 0
    ? { value: text.trim() }
    : { value: text.slice(0, at).trim(), condition: text.slice(at + ' if '.length).trim() };
}

/** A line without its comment; `#` inside quotes stays. */
function withoutComment(line: string): string {
  return line.replace(/^((?:[^"#]|"[^"]*")*)#.*$/, '$1').trimEnd();
}

/** Reads one file. Never fails: a line that is not understood says nothing. */
export function parseKconfig(text: string): KconfigFile {
  const entries: Draft[] = [];
  const sources: string[] = [];
  const blocks: string[][] = [];
  let entry: Draft | undefined;
  let inMenu = false;
  let helpIndent: number | undefined;
  const lines = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/);
  lines.forEach((raw, index) => {
    const expanded = raw.replace(/\t/g, '        ');
    const indent = expanded.length - expanded.trimStart().length;
    if (helpIndent !== undefined) {
      if (expanded.trim() === '' || indent > helpIndent) return;
      helpIndent = undefined;
    }
    const line = withoutComment(expanded).trim();
    const [, keyword = '', rest = ''] = /^([a-z_-]+)\s*(.*)$/s.exec(line) ?? [];
    switch (keyword) {
      case 'config':
      case 'menuconfig':
        entry = {
          symbol: rest,
          hasPrompt: false,
          selects: [],
          defaults: [],
          depends: blocks.flat(),
          line: index + 1,
        };
        entries.push(entry);
        inMenu = false;
        return;
      case 'if':
        blocks.push([rest]);
        entry = undefined;
        return;
      case 'menu':
      case 'choice':
        blocks.push([]);
        entry = undefined;
        inMenu = keyword === 'menu';
        return;
      case 'endif':
      case 'endmenu':
      case 'endchoice':
        blocks.pop();
        entry = undefined;
        return;
      case 'source':
        sources.push(rest.replace(/^"|"$/g, ''));
        entry = undefined;
        return;
      case 'comment':
      case 'mainmenu':
        entry = undefined;
        return;
      case 'help':
      case '---help---':
        helpIndent = indent;
        return;
      case 'depends': {
        const expression = rest.replace(/^on\s+/, '');
        if (entry) entry.depends.push(expression);
        else if (inMenu) blocks.at(-1)?.push(expression);
        return;
      }
      default:
        if (entry) addAttribute(entry, keyword, rest);
    }
  });
  return { entries, sources };
}

/** A line of an entry that speaks of its symbol alone. */
function addAttribute(entry: Draft, keyword: string, rest: string): void {
  switch (keyword) {
    case 'select':
      entry.selects.push(conditional(rest));
      return;
    case 'default':
    case 'def_bool':
    case 'def_tristate':
      entry.defaults.push(conditional(rest));
      return;
    case 'bool':
    case 'tristate':
    case 'prompt':
      if (/^"/.test(rest)) entry.hasPrompt = true;
      return;
    default:
  }
}

/** What is known of a symbol. `maybe`: it depends on the configuration. */
export type Truth = 'yes' | 'no' | 'maybe';

/** Tokens of the longest expression that is looked at; the longest in the kernel has some dozens. */
const LONGEST_EXPRESSION = 1000;

/** Value of a Kconfig expression (`A && (B || !C)`, `A=y`, `A>=10`), given the values of its symbols. */
export function evaluate(expression: string, valueOf: (symbol: string) => Truth): Truth {
  const tokens = expression.match(/&&|\|\||!=|>=|<=|[()!=<>]|"[^"]*"|[^\s()!=<>&|]+/g) ?? [];
  if (tokens.length > LONGEST_EXPRESSION) return 'maybe';
  let at = 0;
  const not = (truth: Truth): Truth => (truth === 'yes' ? 'no' : truth === 'no' ? 'yes' : 'maybe');
  const primary = (): Truth => {
    const token = tokens[at++];
    if (token === undefined) return 'maybe';
    if (token === '!') return not(primary());
    if (token === '(') {
      const inner = either();
      at += 1;
      return inner;
    }
    const operator = tokens[at];
    if (operator === '=' || operator === '!=') {
      const right = tokens[at + 1];
      at += 2;
      const value = valueOf(token);
      const equal = right === 'y' ? value : right === 'n' ? not(value) : 'maybe';
      return operator === '=' ? equal : not(equal);
    }
    if (operator !== undefined && /^[<>]=?$/.test(operator)) {
      at += 2;
      return 'maybe';
    }
    if (token === 'y') return 'yes';
    return token === 'n' ? 'no' : valueOf(token);
  };
  const both = (): Truth => {
    let left = primary();
    while (tokens[at] === '&&') {
      at += 1;
      const right = primary();
      left = left === 'no' || right === 'no' ? 'no' : left === 'maybe' || right === 'maybe' ? 'maybe' : 'yes';
    }
    return left;
  };
  const either = (): Truth => {
    let left = both();
    while (tokens[at] === '||') {
      at += 1;
      const right = both();
      left =
        left === 'yes' || right === 'yes' ? 'yes' : left === 'maybe' || right === 'maybe' ? 'maybe' : 'no';
    }
    return left;
  };
  return either();
}
