/** Whose code is in the bundles, and under which licence: dist/THIRD-PARTY.txt, made by each build out of what was bundled. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE = /^(licen[cs]e|copying)/i;

/**
 * The folders of the packages that have a file in the bundles.
 * @param {readonly import('esbuild').Metafile[]} metafiles
 * @returns {readonly string[]} folders relative to the project, in the order of their names, each once
 */
export function bundledPackages(metafiles) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  return [...new Set(inputs.flatMap((input) => PACKAGE.exec(input)?.[1] ?? []))].sort();
}

/**
 * Name, version, licence and its text for each package.
 * @param {readonly string[]} folders
 * @returns {string}
 * @throws {Error} for a package that says nothing of its licence
 */
export function thirdPartyText(folders) {
  const packages = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (typeof license !== 'string') throw new Error(`${folder}/package.json names no licence`);
    return { title: `${name} ${version} (${license})`, text: licenceIn(folder) };
  });
  const unique = new Map(packages.map((each) => [each.title, each]));
  return [
    'Walkrace (GPL-2.0-or-later) contains code of these packages, under their own licences.',
    ...[...unique.values()].map(({ title, text }) => `${'='.repeat(78)}\n${title}\n\n${text.trim()}`),
    '',
  ].join('\n\n');
}

function licenceIn(folder) {
  const file = existsSync(folder) ? readdirSync(folder).find((name) => LICENCE.test(name)) : undefined;
  return file === undefined
    ? 'The package has no file with the text of its licence.'
    : readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
}
