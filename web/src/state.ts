import type { Language } from "./data/schema";
import type { Level } from "./data/load";

/** Narrow screens, where the results stand below the map (styles/layout.css). */
export const STACKED = matchMedia("(max-width: 60rem)");

export type Tab = "overview" | "quarters" | "status" | "spread" | "locations" | "combinations" | "quality";
export const TABS: Tab[] = ["overview", "quarters", "status", "spread", "locations", "combinations", "quality"];

/** What the page is opened for; the panel beside the map belongs to it. */
export type Chapter = "explore" | "compare" | "street" | "plan" | "stress" | "lab" | "whatif" | "about";
export const CHAPTERS: Chapter[] = ["explore", "compare", "street", "plan", "stress", "lab", "whatif", "about"];
/** Chapters that colour the map by results of their own, by quarter. */
export const COLOURING: Chapter[] = ["stress", "lab"];

export interface Selection {
  level: Level | "locations";
  id: string;
}

export type Overlay = "locations" | "places" | "greens";
const OVERLAYS: Overlay[] = ["locations", "places", "greens"];

/** Where the map looks: longitude, latitude, zoom. */
export type Camera = [number, number, number];

export interface View {
  language: Language;
  chapter: Chapter;
  theme: string;
  level: Level;
  tab: Tab;
  selection: Selection | null;
  overlays: Overlay[];
  /** ids of the quarters that are held against each other */
  pair: [string, string];
  /** id of the street (or cell) in "my street" */
  street: string;
  /** id of the scenario in "what if" */
  scenario: string;
  /** name of the plan in "plan", in the office */
  plan: string;
  /** what is open in "stress": name, day and component */
  stress: string;
  /** what is open in "lab": name and concept */
  lab: string;
  /** only the panel, for a frame in another page */
  embedded: boolean;
  camera: Camera | null;
}

function cameraOf(text: string | null): Camera | null {
  const numbers = (text ?? "").split("/").map(Number);
  return numbers.length === 3 && text && numbers.every(Number.isFinite) ? (numbers as Camera) : null;
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
    chapter: CHAPTERS.find((name) => name === told.get("chapter")) ?? "explore",
    overlays: told.has("show") ? OVERLAYS.filter((name) => told.get("show")?.split(",").includes(name)) : ["locations"],
    pair: [told.get("a") ?? "", told.get("b") ?? ""],
    street: told.get("street") ?? "",
    scenario: told.get("scenario") ?? "",
    plan: told.get("plan") ?? "",
    stress: told.get("stress") ?? "",
    lab: told.get("lab") ?? "",
    embedded: told.has("embedded"),
    camera: cameraOf(told.get("at")),
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
  if (view.chapter !== "explore") told.set("chapter", view.chapter);
  if (view.overlays.join() !== "locations") told.set("show", view.overlays.join());
  if (view.chapter === "compare" && view.pair[0]) told.set("a", view.pair[0]);
  if (view.chapter === "compare" && view.pair[1]) told.set("b", view.pair[1]);
  if (view.chapter === "street" && view.street) told.set("street", view.street);
  if (view.chapter === "whatif" && view.scenario) told.set("scenario", view.scenario);
  if (view.chapter === "plan" && view.plan) told.set("plan", view.plan);
  if (view.chapter === "stress" && view.stress) told.set("stress", view.stress);
  if (view.chapter === "lab" && view.lab) told.set("lab", view.lab);
  if (view.embedded) told.set("embedded", "1");
  if (view.camera) told.set("at", view.camera.join("/"));
  return `#${told.toString()}`;
}
