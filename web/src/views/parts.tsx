import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Language, Study } from "../data/schema";
import type { Speech } from "../i18n";
import { asksForCheck } from "../values";

/** What nearly every view needs: facts and words. */
export interface Common {
  study: Study;
  say: Speech;
}

/** A share as a bar, with its interval as a paler end; the number beside it says the same. */
export function Bar({
  low,
  middle,
  high,
  tone,
}: {
  low?: number | null;
  middle: number | null;
  high?: number | null;
  tone?: string;
}) {
  const percent = (value: number): string => `${Math.round(Math.min(1, Math.max(0, value)) * 1000) / 10}%`;
  const from = low ?? middle;
  const to = high ?? middle;
  return (
    <span class={`bar ${tone ?? ""}`} aria-hidden="true">
      {to !== null && <span class="bar-open" style={{ width: percent(to) }} />}
      {from !== null && <span class="bar-sure" style={{ width: percent(from) }} />}
    </span>
  );
}

export function Figure({ value, label, note }: { value: string; label: string; note?: string }) {
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd>
        <strong>{value}</strong>
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}

/** How a value came about, where that is not plain. */
export function Status({ status, say }: { status: string; say: Speech }) {
  if (!status || status === "ok") return null;
  const why = say.word("status", `${status}.why`);
  return (
    <span class={`status status-${status}`}>
      {say.word("status", status)}
      {why !== `${status}.why` && <span class="visually-hidden">: {why}</span>}
    </span>
  );
}

export function Check({ study, ids, say }: Common & { ids: string[] }) {
  if (!asksForCheck(study, ids)) return null;
  return <span class="check">{say.t("why.verify")}</span>;
}

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="section">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** A table that may be wider than the panel: it scrolls by itself, with the keyboard too, and says so where it does. */
export function Wide({ label, hint, children }: { label: string; hint: string; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const { current } = box;
    if (!current) return;
    const watch = new ResizeObserver(() => setOver(current.scrollWidth > current.clientWidth + 1));
    for (const one of [current, ...current.children]) watch.observe(one);
    return () => watch.disconnect();
  }, []);
  return (
    <div>
      {isOver && <p class="wide-hint soft">{hint}</p>}
      <div class="wide" ref={box} role="region" aria-label={label} tabIndex={0}>
        {children}
      </div>
    </div>
  );
}

export function LanguageSwitch({
  language,
  say,
  set,
}: {
  language: Language;
  say: Speech;
  set: (to: Language) => void;
}) {
  const names: [Language, string][] = [
    ["de", "Deutsch"],
    ["en", "English"],
  ];
  return (
    <div class="segments" role="group" aria-label={say.t("language.label")}>
      {names.map(([code, name]) => (
        <button key={code} type="button" lang={code} aria-pressed={language === code} onClick={() => set(code)}>
          {name}
        </button>
      ))}
    </div>
  );
}
