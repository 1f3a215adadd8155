/**
 * Ends a test run with one plain line, `N passed, N failed, N skipped`, preceded by why tests were skipped.
 * The line goes into out/test-summary.txt too, for .ci/run. A file that does not load counts as one failure.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const summaryLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

function count(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Counts {
  let passed = 0;
  let skipped = 0;
  let failed = unhandled.length;
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      else if (state === 'skipped') skipped += 1;
      else failed += 1;
    }
    if (module.errors().length > 0) failed += 1;
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) failed += 1;
  }
  return { passed, failed, skipped };
}

function skipReasons(modules: readonly TestModule[]): readonly string[] {
  const reasons = new Set<string>();
  for (const module of modules) {
    for (const test of module.children.allTests('skipped')) {
      const result = test.result();
      if (result.state === 'skipped' && result.note !== undefined) reasons.add(result.note);
    }
  }
  return [...reasons].sort();
}

// The one default export of the tests: vitest loads a reporter by it.
// eslint-disable-next-line no-restricted-exports
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const line = summaryLine(count(modules, unhandled));
    for (const reason of skipReasons(modules)) console.log(`skipped: ${reason}`);
    mkdirSync('out', { recursive: true });
    writeFileSync('out/test-summary.txt', `${line}\n`);
    console.log(line);
  }
}
