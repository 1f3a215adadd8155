/** Which documents are looked at. */

export const isC = (uri: string, language: string): boolean => language === 'c' || /\.[ch]$/.test(uri);
