/** AST -> `.race` text. What it prints reads back as the same AST. */
import type { Expr } from '../../program/ir.js';
import type { RaceFile, RacePlace, RaceThread, SavedTrace, Statement } from './ast.js';
import { printExpression, printName } from './print-expression.js';
import { roleOf } from './statements.js';

const PLACE_COLUMN = 36;

/** Text of a whole file. */
export function printRace(file: RaceFile): string {
  const optional = (key: string, value: string | undefined): readonly string[] =>
    value === undefined || value === '' ? [] : [`${key} ${value}`];
  const header = [
    file.what.kind === 'race' ? 'race 1' : `freer ${file.what.id}`,
    ...optional('title', file.title),
    ...optional('variant', file.variant),
    ...optional('arch', file.arch.join(' ')),
    ...optional('profile', file.profile.join(' ')),
    ...optional('tables', file.tables),
    ...optional('range', file.ranges.join(' ')),
    ...optional('when', file.when.join(' ')),
    ...optional('versions', file.versions),
    ...optional('config', file.config),
    ...file.orders.map((order) => {
      const version = order.version === undefined ? '' : `@${order.version}`;
      return `order${version} ${order.file}:${order.function} ${order.calls.join(' ')}`;
    }),
    ...file.above.map(({ place, above }) => `above ${printPlace(place)} ${printPlace(above)}`),
    ...file.assumptions.map(({ kind, text }) => `assume ${kind} ${text}`.trimEnd()),
  ];
  const nameWidth = Math.max(0, ...file.pages.map((page) => quoteWord(page.name).length));
  const world = [
    ...file.pages.map((page) => {
      const level = page.isStatic ? `${page.level} static` : page.level;
      return `page ${quoteWord(page.name).padEnd(nameWidth)} ${level} : ${page.entries.join(' ')}`.trimEnd();
    }),
    ...file.roots.map(({ tables, page }) => `root ${tables} ${page}`),
    ...file.locks.map(({ name, kind }) => `lock ${quoteWord(name)} ${kind}`),
  ];
  const expected = file.expect;
  const tail = [
    ...(expected === undefined
      ? []
      : [
          expected.verdict === 'race'
            ? ['expect race', ...expected.kinds].join(' ')
            : `expect ${expected.verdict}`,
        ]),
    ...file.traces.flatMap(printTrace),
  ];
  const parts = [header, world, ...file.threads.map(printThread), tail];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

function printThread(thread: RaceThread): readonly string[] {
  const last = { file: '' };
  const role = roleOf(thread.body) === thread.role ? [] : [`role ${thread.role}`];
  const first = `thread ${quoteWord(thread.name)} cpu ${thread.cpu} ${thread.title}`.trimEnd();
  return [first, ...role, ...printBody(thread.body, 1, last)];
}

/** A word that would not read back as one is put between backticks. */
function quoteWord(text: string): string {
  return /^[^\s#`":]+$/.test(text) ? text : `\`${text.replace(/[\\`]/g, '\\$&')}\``;
}

export function printPlace(at: RacePlace): string {
  if ('line' in at) return `${at.file}:${at.line}`;
  return at.token === undefined ? `${at.file}:${at.function}` : `${at.file}:${at.function}:${at.token}`;
}

function printBody(body: readonly Statement[], depth: number, last: { file: string }): readonly string[] {
  const indent = '  '.repeat(depth);
  return body.flatMap((statement) => {
    let place = '';
    if (statement.at !== undefined) {
      place = printPlace(statement.at);
      if ('line' in statement.at && statement.at.file === last.file) place = `:${statement.at.line}`;
      last.file = statement.at.file;
    }
    const text = `${indent}${printStatement(statement)}`;
    const first = place === '' ? text : `${text.padEnd(PLACE_COLUMN - 1)} @ ${place}`;
    return [first, ...printInside(statement, depth, last)];
  });
}

function printInside(statement: Statement, depth: number, last: { file: string }): readonly string[] {
  const indent = '  '.repeat(depth);
  switch (statement.kind) {
    case 'if': {
      const otherwise =
        statement.else.length === 0 ? [] : [`${indent}else`, ...printBody(statement.else, depth + 1, last)];
      return [...printBody(statement.then, depth + 1, last), ...otherwise, `${indent}end`];
    }
    case 'for':
    case 'loop':
      return [...printBody(statement.body, depth + 1, last), `${indent}end`];
    case 'choose':
      return [
        ...statement.ways.flatMap((way, index) => [
          ...(index === 0 ? [] : [`${indent}or`]),
          ...printBody(way, depth + 1, last),
        ]),
        `${indent}end`,
      ];
    default:
      return [];
  }
}

/** A pointer operand that is followed by another operand must not swallow it. */
const operand = (expr: Expr): string => {
  const text = printExpression(expr, true);
  return expr.kind === 'binary' || text.startsWith('-') ? `(${text})` : text;
};

/** A value after another operand: nothing that could continue the one before it. */
const value = (expr: Expr): string => {
  const text = printExpression(expr);
  return /^[&\-(]/.test(text) || expr.kind === 'binary' ? `(${text})` : text;
};

function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'load':
      return `load ${printName(statement.dst)} ${operand(statement.from)}`;
    case 'store':
      return `store ${operand(statement.to)} ${value(statement.value)}`;
    case 'xchg':
      return `xchg ${printName(statement.dst)} ${operand(statement.to)} ${value(statement.value)}`;
    case 'alloc':
      return `alloc ${printName(statement.dst)} ${statement.level}`;
    case 'let':
      return `let ${printName(statement.dst)} ${printExpression(statement.value)}`;
    case 'lock':
    case 'unlock':
      return `${statement.kind} ${quoteWord(statement.lock)} ${statement.mode}`;
    case 'trylock':
      return `trylock ${printName(statement.dst)} ${quoteWord(statement.lock)} ${statement.mode}`;
    case 'downgrade':
      return `downgrade ${quoteWord(statement.lock)}`;
    case 'note':
      return `note ${statement.text}`.trimEnd();
    case 'label':
      return `label ${quoteWord(statement.label)}`;
    case 'goto':
      return `goto ${quoteWord(statement.label)}`;
    case 'if':
      return `if ${printExpression(statement.condition)}`;
    case 'for':
      return `for ${printName(statement.variable)}${statement.count === undefined ? '' : ` in ${printExpression(statement.count)}`}`;
    case 'choose':
      return `choose ${statement.text}`.trimEnd();
    default:
      return 'page' in statement ? `${statement.kind} ${printExpression(statement.page)}` : statement.kind;
  }
}

/** The lines of a saved trace. */
function printTrace(trace: SavedTrace): readonly string[] {
  const width = Math.max(0, ...trace.steps.map((step) => quoteWord(step.lane).length));
  return [
    `trace ${trace.kind}`,
    ...trace.steps.map((step) => {
      const result = step.result === undefined ? '' : ` -> ${step.result}`;
      const violation = step.violation === undefined ? '' : ` !! ${step.violation}`;
      const text = `  ${quoteWord(step.lane).padEnd(width)}  ${step.operation}${result}${violation}${step.isWait ? ' (wait)' : ''}`;
      return step.at === undefined ? text : `${text.padEnd(56)} @ ${printPlace(step.at)}`;
    }),
  ];
}
