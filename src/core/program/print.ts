/** Programs as text, for people: each step beside the C line that it comes from. */
import { END, type Assumption, type Expr, type LockRef, type Step } from './ir.js';

const BINDING: Readonly<Record<string, number>> = {
  '*': 9, '/': 9, '%': 9, '+': 8, '-': 8, '<<': 7, '>>': 7, '<': 6, '<=': 6, '>': 6, '>=': 6, '==': 5, '!=': 5, '&': 4, '^': 3, '|': 2,
}; // prettier-ignore

/** C-like text of an expression. */
export function printExpr(expr: Expr, outer = 0): string {
  switch (expr.kind) {
    case 'int':
      return String(expr.value);
    case 'symbol':
      return /^[A-Z0-9_]+$/.test(expr.name) ? expr.name : `&${expr.name}`;
    case 'unknown':
      return `?(${expr.text})`;
    case 'var':
      return expr.name;
    case 'address':
      return `&${expr.of}`;
    case 'entry':
      return expr.value;
    case 'table':
      return expr.page;
    case 'geometry':
      return expr.name;
    case 'root':
      return `root(${printExpr(expr.mm)})[${printExpr(expr.index)}]`;
    case 'element':
      return `${expr.page}[${printExpr(expr.index)}]`;
    case 'descend':
      return `${printExpr(expr.entry, 10)}[${printExpr(expr.index)}]`;
    case 'index':
      return `${expr.level}_index(${printExpr(expr.address)})`;
    case 'is':
      return `${expr.test}(${printExpr(expr.operand)})`;
    case 'not':
      return `!${printExpr(expr.operand, 10)}`;
    case 'negate':
      return `-${printExpr(expr.operand, 10)}`;
    case 'complement':
      return `~${printExpr(expr.operand, 10)}`;
    case 'binary': {
      const own = BINDING[expr.operator] ?? 0;
      const text = `${printExpr(expr.left, own)} ${expr.operator} ${printExpr(expr.right, own + 1)}`;
      return own < outer ? `(${text})` : text;
    }
  }
}

/** `mmap_lock(init_mm)` */
function printLock(lock: LockRef): string {
  if (lock.name !== undefined) return lock.name;
  return lock.instance ? `${lock.class}(${printExpr(lock.instance).replace(/^&/, '')})` : lock.class;
}

/** The operation of a step, without its successors. */
export function printOp(step: Step): string {
  switch (step.op) {
    case 'load':
      return `load ${step.dst} = *${printExpr(step.from, 10)} (${step.level}${step.use === 'descent' ? ', descent' : ''}${step.access === 'plain' ? ', plain' : ''})`;
    case 'store':
      return `store *${printExpr(step.to, 10)} = ${printExpr(step.value)}`;
    case 'exchange':
      return `xchg ${step.dst} = *${printExpr(step.to, 10)}, ${printExpr(step.value)}`;
    case 'alloc':
      return `alloc ${step.dst} ${step.level}`;
    case 'free':
    case 'free_rcu':
    case 'poison':
    case 'offline':
    case 'remove':
      return `${step.op} ${printExpr(step.page)}`;
    case 'let':
      return `${step.dst} = ${printExpr(step.value)}`;
    case 'branch':
      return `if ${printExpr(step.condition)}`;
    case 'choose':
      return 'choose';
    case 'call':
      return `${step.dst === undefined ? '' : `${step.dst} = `}call ${printExpr(step.callee).replace(/^&/, '')}(${step.args.map((arg) => printExpr(arg)).join(', ')})`;
    case 'return':
      return step.value ? `return ${printExpr(step.value)}` : 'return';
    case 'lock':
    case 'unlock':
    case 'assert_held':
      return `${step.op} ${printLock(step.lock)} ${step.mode}`;
    case 'trylock':
      return `${step.dst} = trylock ${printLock(step.lock)} ${step.mode}`;
    case 'downgrade':
      return `downgrade ${printLock(step.lock)}`;
    case 'note':
      return `note ${step.what}`;
    default:
      return step.op;
  }
}

function printWays(step: Step, index: number): string {
  const name = (to: number): string => (to === END ? 'end' : String(to));
  if (step.op === 'branch') return ` -> ${name(step.then)} else ${name(step.else)}`;
  if (step.op === 'choose') return ` -> ${step.targets.map(name).join(' | ')}`;
  if (step.op === 'nop' && step.next === index) return ' (the path ends)';
  return step.op === 'return' || step.next === index + 1 ? '' : ` -> ${name(step.next)}`;
}

/** The whole program: number, operation, ways on; the C line at the right. */
export function printProgram(program: {
  readonly steps: readonly Step[];
  readonly assumptions: readonly Assumption[];
}): string {
  const left = program.steps.map(
    (step, index) => `${String(index).padStart(4)}  ${printOp(step)}${printWays(step, index)}`,
  );
  const width = Math.min(70, Math.max(...left.map((line) => line.length)));
  const lines = program.steps.map((step, index) => {
    const place = step.at ? `${step.at.file}:${step.at.line}  ${step.text}` : '';
    return `${(left[index] ?? '').padEnd(width)}  ${place}`.trimEnd();
  });
  const assumed = program.assumptions.map(
    ({ kind, text, at }) => `  ${kind}: ${text}${at ? `  (${at.file}:${at.line})` : ''}`,
  );
  return [...lines, ...(assumed.length > 0 ? ['assuming:', ...assumed] : [])].join('\n');
}
