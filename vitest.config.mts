/** Three depths of tests; `npm test` runs all of them. */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** The same as esbuild's text loader, for the files that src/assets.d.ts names. */
const textFiles = {
  name: 'text-files',
  enforce: 'pre' as const,
  load(id: string) {
    return /\.(scm|race|c)$/.test(id)
      ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))};`
      : undefined;
  },
};

export default defineConfig({
  plugins: [textFiles],
  test: {
    reporters: ['default', './test/reporter.ts'],
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      // Broken input by the thousand, and whole kernel trees: longer runs by FUZZ and WHOLE.
      {
        extends: true,
        test: { name: 'hardening', include: ['test/hardening/**/*.test.ts'], testTimeout: 1_200_000 },
      },
      // Against other checkers (Spin, AddressSanitizer); the files say when one is missing.
      {
        extends: true,
        test: {
          name: 'crosscheck',
          include: ['test/crosscheck/**/*.test.ts'],
          testTimeout: 120_000,
          maxConcurrency: 3,
        },
      },
      // The trace page alone in Chromium; the files say when there is none.
      {
        extends: true,
        test: {
          name: 'webview',
          include: ['test/webview/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      // Against dist/: `npm run build` first.
      {
        extends: true,
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxConcurrency: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'server',
          include: ['test/server/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'editor',
          // A whole VS Code on a busy machine: what fails twice is broken.
          retry: 1,
          include: ['test/editor/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
