import { expect, test } from 'vitest';
import { renderOptions } from '../../../scripts/options-docs.js';

test('docs/options.md says what the commands and the manifest say (write it with -u)', async () => {
  await expect(renderOptions()).toMatchFileSnapshot('../../../docs/options.md');
});
