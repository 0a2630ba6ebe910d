import type { Speech } from "../i18n";

// the stages of a computation as the server calls them in the language of the study (workflow/progress.py)
const STAGES: [german: string, english: string][] = [
  ["Eingaben lesen", "read inputs"],
  ["Einwohner, Grün, Orte", "residents, green, places"],
  ["Wegenetz", "walking network"],
  ["Fußwege", "ways on foot"],
  ["Personengruppen", "older people, children, wheels"],
  ["weitere Indikatoren", "further indicators"],
  ["Voraussetzungen", "prerequisites"],
  ["zählen, Standorte", "counting, locations"],
  ["Tabellen, Bericht, Karte", "tables, report, map"],
  ["Status, Inzidenz, Gebiete", "status, incidence, areas"],
  ["Untersuchung öffnen", "opening the study"],
  ["mögliche Orte", "candidate sites"],
  ["Wirkung jedes Orts", "effect of each site"],
  ["Wahl der Maßnahmen", "choice of measures"],
  ["Abwägung", "front of plans"],
  ["Unterlagen", "documents of the plan"],
  ["Zahlen der Haushalte", "counts of households"],
  ["synthetische Haushalte", "synthetic households"],
  ["Wohnlabor", "housing lab"],
  ["Unterlagen des Labors", "documents of the lab"],
  ["Pilotquartiere", "quarters of the trial"],
  ["Stresstest", "stress test"],
  ["was Maßnahmen beheben", "what measures would repair"],
  ["Tabellen und Papier", "tables and paper"],
];

/** A stage in the reader's language. */
export function stageText(told: string, say: Speech): string {
  const found = STAGES.find((both) => both.includes(told));
  return found ? found[say.language === "de" ? 0 : 1] : told;
}
