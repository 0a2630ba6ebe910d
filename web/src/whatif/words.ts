import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { Document, Problem, Thing } from "./api";
import { areaOf, lengthOf } from "./draft";
import type { Position } from "./api";

/** What a category of supply is called. */
export function categoryName(data: Dataset, category: string, say: Speech): string {
  const known = data.study.services.find((one) => one.id === category);
  return known ? say.name(known.label) : category;
}

/** Something on the ground in words: what it is, its name, how far from where one clicked. */
export function thingText(data: Dataset, thing: Thing, say: Speech): string {
  const kind = thing.what === "facility" ? categoryName(data, thing.kind, say) : say.t(`whatif.thing.${thing.what}`);
  const name = thing.name ? ` „${thing.name}“` : thing.what === "way" ? ` ${thing.id}` : "";
  const written = say.language === "en" ? name.replace("„", "“").replace(/“$/, "”") : name;
  return `${kind}${written} (${say.metres(thing.distance_m)})`;
}

const known = (prefix: string, name: string, say: Speech): string => {
  const text = say.word(prefix, name);
  return text || name;
};

/** An edit of a log in words. */
export function editText(data: Dataset, edit: Document, say: Speech): string {
  const text = (name: string): string => String(edit[name] ?? "");
  const named = text("name") ? ` „${text("name")}“` : "";
  const points = (edit["outline"] ?? edit["points"] ?? []) as Position[];
  const values: Record<string, string> = {
    category: categoryName(data, text("category"), say),
    name: named,
    area: say.number(Math.round((points.length ? areaOf(points) : Number(edit["area_m2"] ?? 0)) / 10) * 10),
    length: say.number(lengthOf(points)),
    residents: say.plain(Number(edit["residents"] ?? 0)),
    id: text("facility_id") || text("green_id") || text("entrance_id") || text("way_id") || text("line_id"),
    barrier: known("whatif.barrier", text("barrier"), say),
    n: String(((edit["cells"] ?? []) as unknown[]).length),
  };
  const words = say.word("whatif.edit", edit.kind);
  return words === edit.kind ? edit.kind : words.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}

// the beginnings of what the server says (scenario/fit.py, edits.py, apply.py, network/patch.py, store/scenarios.py)
const KNOWN: [RegExp, string][] = [
  [/^nothing here/, "nothingHere"],
  [/lies outside the study's data|lies beyond the data|lies nowhere/, "outside"],
  [/^an entrance lies too far/, "entranceFar"],
  [/crosses itself/, "crosses"],
  [/^a green of .* does not count/, "greenSmall"],
  [/^no way within/, "noWay"],
  [/begins and ends at the same place|length of 0|encloses nothing/, "samePlace"],
  [/^there is already/, "already"],
  [/^there is no (?!edit|such scenario)/, "gone"],
  [/too many edits/, "manyEdits"],
  [/too many scenarios/, "manyScenarios"],
  [/cannot have this name/, "name"],
  [/drawn in another CRS/, "otherCrs"],
  [/no log of edits|holds no list of edits|no list of edits/, "noLog"],
  [/there is no such scenario/, "noScenario"],
  [/all edits together add/, "manyResidents"],
  [/cannot be used|cannot be read/, "values"],
];

/** A failure in words: what, and what one can do; details of the server behind it. */
export function problemText(problem: Problem, say: Speech): { what: string; fix: string; detail: string } {
  const detail = [problem.what, ...problem.where, problem.expected].filter(Boolean).join(" · ");
  const byStatus = { 0: "offline", 401: "token", 409: "outdated", 413: "large", 429: "often" }[problem.status];
  const key = byStatus ?? KNOWN.find(([pattern]) => pattern.test(problem.what))?.[1] ?? "other";
  const shown = problem.status > 1 && !byStatus && key !== "nothingHere" ? detail : "";
  return { what: say.word("whatif.wrong", key), fix: say.word("whatif.fix", key), detail: shown };
}
