import { expect, test } from 'vitest';
import { renderKnowledge } from '../../../scripts/knowledge-docs.js';

test('docs/knowledge.md says what the tables say (write it with -u)', async () => {
  await expect(renderKnowledge()).toMatchFileSnapshot('../../../docs/knowledge.md');
});
