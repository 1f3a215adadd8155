export const SUITE: string;
export function buildSuite(root: string): Promise<unknown>;
