/** Words in the one form in which they are compared: lower case, `tradeTick` as `trade tick`, separators as single spaces. */
export function normalPhrase(text: string): string {
  return text.normalize('NFKC').replaceAll(CAMEL, '$1 $2').toLowerCase().replaceAll(SEPARATORS, ' ').trim();
}

const CAMEL = /([a-z])([A-Z][a-z])/g;
const SEPARATORS = /[\s_:/.,;()"'[\]-]+/g;
