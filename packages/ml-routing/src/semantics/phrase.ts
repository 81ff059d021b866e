/** Words in the one form in which they are compared: lower case, `tradeTick` as `trade tick`, separators as single spaces. */
export function normalPhrase(text: string): string {
  return isNormalWord(text) ? text : normalize(text);
}

/** Most words are already in this form; to see that costs less than to make it. */
function isNormalWord(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (!((code >= LOWER_A && code <= LOWER_Z) || (code >= ZERO && code <= NINE))) return false;
  }
  return true;
}

function normalize(text: string): string {
  return text.normalize('NFKC').replaceAll(CAMEL, '$1 $2').toLowerCase().replaceAll(SEPARATORS, ' ').trim();
}

const CAMEL = /([a-z])([A-Z][a-z])/g;
const SEPARATORS = /[\s_:/.,;()"'[\]-]+/g;
const LOWER_A = 0x61;
const LOWER_Z = 0x7a;
const ZERO = 0x30;
const NINE = 0x39;
