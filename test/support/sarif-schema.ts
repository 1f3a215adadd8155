/** The schema of OASIS for SARIF 2.1.0, and what of a log it does not allow. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Ajv from 'ajv';
import type { Log } from 'sarif';

const require = createRequire(import.meta.url);
const readJson = (path: string): object => JSON.parse(readFileSync(path, 'utf8')) as object;
const schemaFile = join(
  dirname(require.resolve('@microsoft/jest-sarif/package.json')),
  'lib/schemas/sarif-2.1.0-rtm.5.json',
);

/** Empty: the log is valid. */
export function sarifDefects(log: Log): readonly string[] {
  const ajv = new Ajv({ schemaId: 'auto', meta: false, unknownFormats: 'ignore', allErrors: true });
  ajv.addMetaSchema(readJson(require.resolve('ajv/lib/refs/json-schema-draft-04.json')));
  if (ajv.validate(readJson(schemaFile), log) === true) return [];
  return (ajv.errors ?? []).map(({ dataPath, message }) => `${dataPath} ${message ?? ''}`);
}
