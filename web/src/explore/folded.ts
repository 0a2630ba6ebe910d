/** A name without what people write differently: umlauts, ß, "Str.", hyphens, case. */
export function folded(text: string): string {
  return text
    .toLocaleLowerCase("de")
    .replaceAll("ä", "ae")
    .replaceAll("ö", "oe")
    .replaceAll("ü", "ue")
    .replaceAll("ß", "ss")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/str(\.|$|(?=\s))/g, "strasse")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
