import type { Language, Text } from "../data/schema";
import { chaptersDe } from "./chapters.de";
import { chaptersEn } from "./chapters.en";
import { de } from "./de";
import { en } from "./en";
import { exploreDe } from "./explore.de";
import { exploreEn } from "./explore.en";
import { labDe } from "./lab.de";
import { labEn } from "./lab.en";
import { plannerDe } from "./planner.de";
import { plannerEn } from "./planner.en";
import { stressDe } from "./stress.de";
import { stressEn } from "./stress.en";
import { whatifDe } from "./whatif.de";
import { whatifEn } from "./whatif.en";

const german = { ...de, ...exploreDe, ...chaptersDe, ...whatifDe, ...plannerDe, ...stressDe, ...labDe };

export type Key = keyof typeof german;

const english = { ...en, ...exploreEn, ...chaptersEn, ...whatifEn, ...plannerEn, ...stressEn, ...labEn };

const dictionaries: Record<Language, Record<Key, string>> = { de: german, en: english };

/** Words and numbers in one language. */
export interface Speech {
  language: Language;
  t: (key: Key, values?: Record<string, string | number>) => string;
  /** the text of a key that data name, or what the data said if there is no such key */
  word: (prefix: string, name: string) => string;
  pick: (text: Text) => string;
  /** the same as the beginning of a line */
  name: (text: Text) => string;
  number: (value: number | null, decimals?: number) => string;
  /** a number with as many digits after the comma as it has, at most two */
  plain: (value: number) => string;
  share: (value: number | null, decimals?: number) => string;
  /** a limit between classes of shares, with a digit after the comma where it has one */
  shareLimit: (value: number) => string;
  metres: (value: number | null) => string;
  date: (iso: string) => string;
  list: (items: string[]) => string;
}

/** Halves are rounded as in the report. */
const HALF_EVEN = { roundingMode: "halfEven" } as Intl.NumberFormatOptions;

const digits = (decimals: number): Intl.NumberFormatOptions => ({
  minimumFractionDigits: decimals,
  maximumFractionDigits: decimals,
});

const isKey = (key: string): key is Key => key in german;

function filled(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function dateIn(language: Language, iso: string): string {
  const day = new Date(`${iso.slice(0, 10)}T12:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}/.test(iso) || Number.isNaN(day.getTime())) return iso;
  return new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", {
    dateStyle: "medium",
    timeZone: "UTC",
  }).format(day);
}

export function speech(language: Language): Speech {
  const locale = language === "de" ? "de-DE" : "en-GB";
  const none = dictionaries[language]["value.none"];
  const number = (value: number | null, decimals = 0): string =>
    value === null
      ? none
      : new Intl.NumberFormat(locale, { ...HALF_EVEN, ...digits(decimals) }).format(value);
  const share = (value: number | null, decimals = 0): string => {
    if (value === null) return none;
    if (decimals === 0 && value > 0 && value <= 0.005) return "<\u00a01\u00a0%";
    return `${number(value * 100, decimals)}\u00a0%`;
  };
  const t = (key: Key, values: Record<string, string | number> = {}): string =>
    filled(dictionaries[language][key], values);
  const pick = (text: Text): string => text[language] || text.en;
  return {
    language,
    t,
    word: (prefix, name) => (isKey(`${prefix}.${name}`) ? t(`${prefix}.${name}` as Key) : name),
    pick,
    name: (text) => {
      const picked = pick(text);
      return picked.charAt(0).toLocaleUpperCase(locale) + picked.slice(1);
    },
    number,
    plain: (value) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value),
    share,
    shareLimit: (value) => `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value * 100)}\u00a0%`,
    metres: (value) => (value === null ? none : t("unit.m", { n: number(value) }).replace(" ", "\u00a0")),
    date: (iso) => dateIn(language, iso),
    list: (items) => new Intl.ListFormat(locale, { type: "conjunction" }).format(items),
  };
}
