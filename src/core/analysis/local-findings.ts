/** Findings of the rules that look at one function by itself. */
import { findingId } from '../report/id.js';
import type { Finding } from '../report/report.js';
import type { FunctionProgram } from '../program/ir.js';
import { LOCAL_RULES } from './rules.js';
import type { LocalWorld } from './rules/rule.js';

/** What the local rules find in a function; never an error, because nothing is replayed. */
export function localFindings(program: FunctionProgram, world: LocalWorld): readonly Finding[] {
  return LOCAL_RULES.flatMap((rule) =>
    rule.check(program, world).map(({ at, text, message, reason }): Finding => ({
      id: findingId(rule.id, program.file, program.name, text),
      rule: rule.id,
      severity: 'warning',
      live: [],
      latent: [],
      file: at.file,
      line: at.line,
      column: at.column,
      endLine: at.endLine,
      endColumn: at.endColumn,
      function: program.name,
      message,
      freer: null,
      held: [],
      missing: [],
      chain: [{ function: program.name, file: at.file, line: at.line, held: [] }],
      verdict: 'not-run',
      consequence: null,
      states: 0,
      reason,
    })),
  );
}
