import type { Speech } from "../i18n";

/** Euros to the hundred; from a million on to the thousand. */
export function euro(value: number | null | undefined, say: Speech): string {
  if (value === null || value === undefined) return say.t("planner.unknownCost");
  const step = Math.abs(value) >= 1e6 ? 1000 : 100;
  return say.t("whatif.euro", { n: say.number(Math.round(value / step) * step) }).replace(" ", "\u00a0");
}

/** Seconds as minutes and seconds. */
export function duration(seconds: number, say: Speech): string {
  const whole = Math.max(0, Math.round(seconds));
  const [m, s] = [Math.floor(whole / 60), whole % 60];
  return m > 0 ? say.t("planner.minutes", { m, s: String(s).padStart(2, "0") }) : say.t("planner.seconds", { s });
}

/** What an amount was understood as. */
export function echo(text: string, say: Speech, isMoney = true): string {
  const value = amountOf(text);
  if (value === null) return say.t("planner.notUnderstood");
  if (Number.isNaN(value)) return "";
  return `= ${isMoney ? say.t("whatif.euro", { n: say.plain(value) }) : say.plain(value)}`;
}

/** An amount as a form has it: a decimal comma, and never three digits after it, which would be thousands. */
export const written = (value: number): string => String(value).replace(".", ",").replace(/,\d{3}$/, "$&0");

const MILLIONS = /(mio\.?|m|million(en|s)?)$/i;
const THOUSANDS = /(tsd\.?|t|k)$/i;

/** An amount as people write it – 5.000.000, 5 000 000, 5,5 Mio, 250k – or null; empty is NaN.
 *
 *  A single group of three is thousands (1.250) only without a unit: 1,250 Mio is a million and a quarter. */
export function amountOf(text: string): number | null {
  const plain = text.replace(/[\s\u00a0€]|eur(o)?$/gi, "").toLowerCase();
  if (!plain) return Number.NaN;
  const unit = MILLIONS.test(plain) ? 1e6 : THOUSANDS.test(plain) ? 1e3 : 1;
  const digits = plain.replace(MILLIONS, "").replace(THOUSANDS, "");
  const value = Number(numberText(digits, unit === 1) ?? Number.NaN);
  return Number.isFinite(value) ? Math.round(value * unit * 100) / 100 : null;
}

const DECIMAL = /^\d+([.,]\d*)?$/;
const ONE_GROUP = /^[1-9]\d{0,2}[.,]\d{3}$/;
const GROUPS = /^[1-9]\d{0,2}([.,])\d{3}(\1\d{3})+$/;
const GROUPS_AND_DECIMALS = /^[1-9]\d{0,2}(?:(\.\d{3})+,|(,\d{3})+\.)\d*$/;

/** Digits with points and commas as a number is written in programs, null where they are none. */
function numberText(digits: string, groups: boolean): string | null {
  if (GROUPS.test(digits) || (groups && ONE_GROUP.test(digits))) return digits.replace(/[.,]/g, "");
  if (!DECIMAL.test(digits) && !GROUPS_AND_DECIMALS.test(digits)) return null;
  const last = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
  if (last < 0) return digits;
  return `${digits.slice(0, last).replace(/[.,]/g, "")}.${digits.slice(last + 1)}`;
}
