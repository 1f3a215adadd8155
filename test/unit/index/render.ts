/** Facts as short text, for tests that read as examples. */
import type { CallFact, FileFacts, FunctionFacts } from '../../../src/core/index/facts.js';

export function renderFacts(facts: FileFacts): string {
  return [
    ...facts.functions.map(renderFunction),
    ...[...facts.tables, ...facts.functions.flatMap(({ tables }) => tables)].map((table) => {
      const fields = table.fields
        .map(({ path, name, address }) => `${path}=${address ? '&' : ''}${name}`)
        .join(' ');
      return `table ${table.type} ${table.variable}${table.within === undefined ? '' : ` in ${table.within}`}: ${fields}`;
    }),
    ...facts.invocations.map((use) => `use ${use.macro}(${use.arguments.join(', ')})`),
    ...facts.macros.map(
      (macro) =>
        `macro ${macro.name}${macro.params === undefined ? '' : `(${macro.params.join(', ')})`}: ${macro.calls.map(renderCall).join(' ')}`,
    ),
  ].join('\n');
}

function renderFunction(made: FunctionFacts): string {
  const marks = [
    made.isStatic ? 'static' : '',
    made.macro ?? '',
    ...made.annotations,
    ...made.guards.map((guard) => `#${guard}`),
  ];
  const header = [...marks.filter((mark) => mark !== ''), `${made.name}(${made.params.join(', ')})`].join(
    ' ',
  );
  const references = made.references.map(({ name, field }) =>
    field === undefined ? `=${name}` : `.${field}=${name}`,
  );
  return `${made.line}-${made.endLine} ${header}: ${[...made.calls.map(renderCall), ...references].join(' ')}`.trimEnd();
}

function renderCall(call: CallFact): string {
  const sign = call.kind === 'field' ? '->' : call.kind === 'pointer' ? '*' : '';
  const args = call.arguments
    .map(({ index, name, address }) => `${index}:${address ? '&' : ''}${name}`)
    .join(',');
  const guards = (call.guards ?? []).map((guard) => `#${guard}`).join('');
  return `${sign}${call.callee}(${args})${guards}`;
}
