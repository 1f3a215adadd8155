/** Which Walkrace this is; esbuild.mjs puts the number in. */
declare const __VERSION__: string | undefined;

export const VERSION: string = typeof __VERSION__ === 'string' ? __VERSION__ : 'unbuilt';
/** As reports name it. */
export const TOOL = `walkrace ${VERSION}`;
