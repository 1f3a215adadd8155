/** Type-aware lint, and the walls between the rooms (docs/architecture.md, invariants). */
import tseslint from 'typescript-eslint';

const rooms = ['core', 'host', 'cli', 'protocol', 'server', 'extension', 'webview'];
/** What each room may import, beside itself. Everything else is a wall. */
const doors = {
  core: [],
  host: ['core'],
  cli: ['core', 'host', 'webview'],
  protocol: ['core', 'webview'],
  server: ['core', 'host', 'protocol', 'webview'],
  extension: ['protocol', 'webview'],
  webview: ['core'],
};
const walls = rooms.map((room) => ({
  files: [`src/${room}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...rooms
            .filter((other) => other !== room && !doors[room].includes(other))
            .map((other) => ({
              regex: `^(\\.\\./)+${other}/`,
              message: `src/${room} must not import src/${other}`,
            })),
          ...(room === 'extension'
            ? []
            : [{ regex: '^vscode$', message: 'only src/extension imports vscode' }]),
          ...(room === 'core' || room === 'webview'
            ? [{ regex: '^node:', message: `src/${room} is free of Node` }]
            : []),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vscode-test/', '*.mjs', 'scripts/*.mjs', '.cache/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      'no-console': 'off',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  // The shapes of asset modules and of a tool's configuration ask for a default export.
  { files: ['src/assets.d.ts', 'vitest.config.mts'], rules: { 'no-restricted-exports': 'off' } },
  ...walls,
);
