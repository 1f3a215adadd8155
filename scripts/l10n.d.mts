export function translatable(root: string): readonly string[];
