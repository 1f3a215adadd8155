export function translatable(directory: string): readonly string[];
