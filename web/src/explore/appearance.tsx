import { useEffect, useState } from "preact/hooks";
import type { Speech } from "../i18n";
import { PALETTES, type PaletteName } from "./palettes";

export type Scheme = "auto" | "light" | "dark";
const SCHEMES: Scheme[] = ["auto", "light", "dark"];
const NIGHT = matchMedia("(prefers-color-scheme: dark)");

export interface Appearance {
  palette: PaletteName;
  scheme: Scheme;
}

/** A word kept in this browser only; nothing where the browser keeps nothing. */
export function kept(name: string): string {
  try {
    return localStorage.getItem(`nahraum-${name}`) ?? "";
  } catch {
    return "";
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`nahraum-${name}`, value);
  } catch {
    // a browser that keeps nothing asks again next time
  }
}

/** Colours and light as the reader wants them, kept for the next visit; `dark` says what that means now. */
export function useAppearance(): { look: Appearance; dark: boolean; change: (to: Partial<Appearance>) => void } {
  const [look, setLook] = useState<Appearance>(() => ({
    palette: PALETTES.find((name) => name === kept("palette")) ?? "standard",
    scheme: SCHEMES.find((name) => name === kept("scheme")) ?? "auto",
  }));
  const [night, setNight] = useState(NIGHT.matches);
  useEffect(() => {
    const turned = (event: MediaQueryListEvent): void => setNight(event.matches);
    NIGHT.addEventListener("change", turned);
    return () => NIGHT.removeEventListener("change", turned);
  }, []);
  const dark = look.scheme === "dark" || (look.scheme === "auto" && night);
  useEffect(() => {
    document.documentElement.dataset["scheme"] = dark ? "dark" : "light";
    document.documentElement.dataset["palette"] = look.palette;
    document.querySelector('meta[name="color-scheme"]')?.setAttribute("content", dark ? "dark" : "light");
  }, [dark, look.palette]);
  const change = (to: Partial<Appearance>): void => {
    const next = { ...look, ...to };
    keep("palette", next.palette);
    keep("scheme", next.scheme);
    setLook(next);
  };
  return { look, dark, change };
}

/** Where the reader chooses them. */
export function AppearanceChoice({ look, say, change }: { look: Appearance; say: Speech; change: (to: Partial<Appearance>) => void }) {
  return (
    <details class="appearance">
      <summary>{say.t("appearance.label")}</summary>
      <div class="appearance-card">
        <fieldset>
          <legend>{say.t("appearance.palette")}</legend>
          {PALETTES.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="palette"
                value={name}
                checked={look.palette === name}
                onChange={() => change({ palette: name })}
              />
              <span class={`scale scale-${name}`} aria-hidden="true" />
              <span>{say.t(`appearance.${name}`)}</span>
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>{say.t("appearance.scheme")}</legend>
          {SCHEMES.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="scheme"
                value={name}
                checked={look.scheme === name}
                onChange={() => change({ scheme: name })}
              />
              <span>{say.t(`appearance.${name}`)}</span>
            </label>
          ))}
        </fieldset>
      </div>
    </details>
  );
}
