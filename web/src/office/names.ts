/** How long a name can be. [signs] */
export const LONGEST = 40;

const LETTERS: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };

/** A name as the server's folders have it: "Nord & Süd" and "nord-sued" are the same. */
export function slug(name: string): string {
  const spelled = name.toLowerCase().replace(/[äöüß]/g, (sign) => LETTERS[sign] ?? sign);
  const plain = spelled.normalize("NFKD").replace(/[^\x00-\x7f]/g, "");
  const found = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  const end = /-\d+$/.exec(found)?.[0] ?? "";
  return found.slice(0, found.length - end.length).slice(0, LONGEST - end.length).replace(/-+$/, "") + end;
}

/** The wanted name, with a number where another one has it already. */
export function freeName(wanted: string, taken: string[]): string {
  const known = new Set(taken.map(slug));
  if (!known.has(slug(wanted))) return wanted.slice(0, LONGEST);
  for (let n = 2; ; n += 1) {
    const name = `${wanted.slice(0, LONGEST - `-${n}`.length)}-${n}`;
    if (!known.has(slug(name))) return name;
  }
}
