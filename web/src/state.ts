import type { Language } from "./data/schema";
import type { Level } from "./data/load";

/** Narrow screens, where the results stand below the map (styles/layout.css). */
export const STACKED = matchMedia("(max-width: 60rem)");

export type Tab = "overview" | "quarters" | "locations" | "combinations" | "quality";
export const TABS: Tab[] = ["overview", "quarters", "locations", "combinations", "quality"];

export interface Selection {
  level: Level | "locations";
  id: string;
}

export type Overlay = "locations" | "places" | "greens";

export interface View {
  language: Language;
  theme: string;
  level: Level;
  tab: Tab;
  selection: Selection | null;
  overlays: Overlay[];
}

/** A view as it was opened: from the address line where it says something, else the first look. */
export function initialView(hash: string, language: Language): View {
  const told = new URLSearchParams(hash.replace(/^#/, ""));
  const [level, ...rest] = (told.get("select") ?? "").split("/");
  const id = rest.join("/");
  const chosen = id && (level === "cells" || level === "quarters" || level === "locations") ? { level, id } : null;
  const tab = TABS.find((name) => name === told.get("tab"));
  const spoken = told.get("language");
  return {
    language: spoken === "de" || spoken === "en" ? spoken : language,
    theme: told.get("theme") ?? "several",
    level: told.get("level") === "quarters" ? "quarters" : "cells",
    tab: tab ?? "overview",
    selection: chosen as Selection | null,
    overlays: ["locations"],
  };
}

/** The view as an address line, so that it can be shared and reloaded. */
export function hashOf(view: View): string {
  const told = new URLSearchParams();
  told.set("language", view.language);
  told.set("theme", view.theme);
  told.set("level", view.level);
  told.set("tab", view.tab);
  if (view.selection) told.set("select", `${view.selection.level}/${view.selection.id}`);
  return `#${told.toString()}`;
}
