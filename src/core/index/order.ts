/** The order of answers: by place, so that it does not depend on what was read when. */
import { architectureOf } from '../kernel/architectures.js';
import type { FunctionRef, Mention } from './link.js';

/** The architecture's own code before shared code, weak definitions last, then by place. */
export function compareDefinitions(a: FunctionRef, b: FunctionRef, architecture: string | undefined): number {
  const rank = (ref: FunctionRef): number =>
    (ref.facts.annotations.includes('__weak') ? 2 : 0) + (architectureOf(ref.file) === architecture ? 0 : 1);
  return rank(a) - rank(b) || byFileAndLine(a, b);
}

/** For whatever has a file and facts with a line. */
export function byFileAndLine(
  a: { readonly file: string; readonly facts: { readonly line: number } },
  b: { readonly file: string; readonly facts: { readonly line: number } },
): number {
  return byText(a.file, b.file) || a.facts.line - b.facts.line;
}

export function byMention(a: Mention, b: Mention): number {
  return byText(a.file, b.file) || lineOfMention(a) - lineOfMention(b);
}

/** By code units, not by the user's language. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The line of a mention in its file. */
export function lineOfMention(mention: Mention): number {
  switch (mention.kind) {
    case 'call':
    case 'argument':
    case 'macro':
      return mention.call.line;
    case 'value':
      return mention.reference.line;
    case 'table':
      return mention.field.line;
    case 'invocation':
      return mention.invocation.line;
  }
}
