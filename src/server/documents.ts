/** Which documents are looked at. */

export const isRace = (uri: string, language: string): boolean => language === 'race' || /\.race$/.test(uri);

export const isC = (uri: string, language: string): boolean => language === 'c' || /\.[ch]$/.test(uri);
