/** Findings of the rules that look at one function by itself. */
import { findingId } from '../report/id.js';
import type { Finding } from '../report/report.js';
import type { FunctionRef } from '../index/link.js';
import type { FunctionProgram } from '../program/ir.js';
import type { ChainWorld } from './chains.js';
import { custodyOf, type CustodyOf } from './custody.js';
import { LOCAL_RULES } from './rules.js';
import type { LocalWorld } from './rules/rule.js';

/** What the local rules find in a function; never an error, because nothing is replayed. */
export function localFindings(
  ref: FunctionRef,
  program: FunctionProgram,
  world: ChainWorld,
): readonly Finding[] {
  const local = localWorld(ref, program, world);
  return LOCAL_RULES.flatMap((rule) =>
    rule.check(program, local).map(({ at, text, message, reason, severity }): Finding => ({
      id: findingId(rule.id, program.file, program.name, text),
      rule: rule.id,
      severity: severity ?? 'warning',
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

function localWorld(ref: FunctionRef, program: FunctionProgram, world: ChainWorld): LocalWorld {
  const { index, knowledge, programs } = world;
  const effect = world.effects.within(ref);
  let custody: { readonly found: CustodyOf | undefined } | undefined;
  return {
    ref,
    index,
    knowledge,
    effect,
    custody: () => (custody ??= { found: custodyOf(program, effect) }).found,
    inSameFile: (name) => {
      const other = index.definitions(name, { file: ref.file }).find((each) => each.file === ref.file);
      return other && programs.of(other);
    },
  };
}
