/** What the knowledge tables say of the name under the cursor; every statement names the kernel source that it rests on. */
import { describeLock, type Use } from './known-locks.js';
import { describePrimitive } from './known-primitives.js';

/** Paragraphs of Markdown; none where no name stands, or one that no table has. */
export function describeName(line: string, character: number): readonly string[] {
  const use = useAt(line, character);
  if (use === undefined) return [];
  const lock = describeLock(use);
  return lock.length > 0 || use.isGuard ? lock : describePrimitive(use.name);
}

const GUARD = /\b(?:scoped_(?:cond_)?guard|guard|ACQUIRE)\s*\(\s*$/;

/** The name at a character, with what is in the brackets behind it, as far as the line goes. */
function useAt(line: string, character: number): Use | undefined {
  const found = [...line.matchAll(/[A-Za-z_]\w*/g)].find(
    ({ index, 0: name }) => index <= character && character <= index + name.length,
  );
  if (found === undefined) return undefined;
  const [name] = found;
  const behind = line.slice(found.index + name.length);
  const isGuard = GUARD.test(line.slice(0, found.index));
  const args = isGuard ? behind.replace(/^[^(,]*[(,]/, '') : behind.replace(/^\s*\(/, '');
  if (!isGuard && args === behind) return undefined;
  return { name, isGuard, args: argumentsOf(args) };
}

/** Up to the bracket that closes what was open. */
function argumentsOf(text: string): readonly string[] {
  const args = [''];
  let depth = 0;
  for (const sign of text) {
    if (sign === ')' && depth === 0) break;
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (sign === ',' && depth === 0) args.push('');
    else args[args.length - 1] = `${args.at(-1) ?? ''}${sign}`;
  }
  return args.map((each) => each.trim());
}
