import type { Metafile } from 'esbuild';

export function bundledPackages(metafiles: readonly Metafile[]): readonly string[];
export function thirdPartyText(folders: readonly string[]): string;
