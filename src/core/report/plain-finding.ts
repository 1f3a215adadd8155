/** Findings about no freer: there is no walk that a replay could put beside one. */
import type { Place } from '../program/ir.js';
import type { Finding } from './report.js';

type Said = Pick<Finding, 'id' | 'rule' | 'function' | 'message' | 'reason'>;
type Known = Partial<Pick<Finding, 'severity' | 'held' | 'chain' | 'verdict' | 'consequence' | 'states'>>;

/** A warning that nothing was run for, unless more is known of it. */
export function plainFinding(at: Place, given: Said & Known): Finding {
  const { id, rule, function: name, message, reason, ...known } = given;
  return {
    id,
    rule,
    severity: 'warning',
    live: [],
    latent: [],
    file: at.file,
    line: at.line,
    column: at.column,
    endLine: at.endLine,
    endColumn: at.endColumn,
    function: name,
    message,
    freer: null,
    held: [],
    missing: [],
    chain: [],
    verdict: 'not-run',
    consequence: null,
    states: 0,
    reason,
    ...known,
  };
}
