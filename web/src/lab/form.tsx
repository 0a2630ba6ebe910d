import { useState } from "preact/hooks";
import type { Speech } from "../i18n";
import { echo } from "../office/amounts";
import { amountOf, written } from "../office/amounts";
import type { Bench } from "../office/bench";
import { drawsOf, useKept } from "../office/kept";
import { Missing, OpenTopics } from "../office/missing";
import { LONGEST } from "../office/names";
import { Refusal } from "../office/refusal";
import { lookAt, Taken } from "../office/taken";
import { told } from "../office/text";
import { useBench } from "../office/use";
import { Section } from "../views/parts";
import type { About, Concept, Lab } from "./api";
import { ready, type Draft, type Fault } from "./draft";

interface Props {
  bench: Bench<About, Lab>;
  about: About;
  /** the one that is open: its question stands in the form */
  lab: Lab | null;
  /** what an unfinished form is kept under */
  study: string;
  say: Speech;
}

/** Which concepts are tried and how many of each, under which budget, with which papers. */
export function Form({ bench, about, lab, study, say }: Props) {
  const { busy, wrong } = useBench(bench);
  const [draft, set] = useKept<Draft>(`nahraum-lab:${study}`, () => firstDraft(bench, about, lab), ["name", "design"]);
  const [faults, setFaults] = useState<Fault[]>([]);
  if (about.missing.length > 0) return <Missing topics={about.missing} say={say} />;
  const start = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { asked, faults: found } = ready(draft, about);
    setFaults(found);
    if (found.length > 0) return lookAt("#lab-faults");
    if (!(await bench.begin(asked))) return;
    set({ name: bench.free(about.name) });
    lookAt(".planner-job");
  };
  const attach = async (file: File | undefined): Promise<void> =>
    set({ design: file ? { name: file.name.replace(/\.csv$/i, ""), csv: await file.text() } : null });
  return (
    <form class="planner-form" noValidate onSubmit={(event) => void start(event)}>
      <div class="planner-field">
        <label for="lab-name">{say.t("planner.name")}</label>
        <input
          id="lab-name"
          value={draft.name}
          maxLength={LONGEST}
          autocomplete="off"
          aria-invalid={faults.includes("name")}
          onInput={(event) => set({ name: event.currentTarget.value })}
        />
      </div>
      <Section title={say.t("lab.take")}>
        <p class="soft">{say.t("lab.takeWhy", { years: about.years })}</p>
        <ul class="planner-list office-take">
          {about.concepts
            .filter((one) => one.effect !== "design")
            .map((one) => (
              <Take
                key={one.id}
                concept={one}
                value={draft.take[one.id] ?? ""}
                say={say}
                change={(value) => set({ take: { ...draft.take, [one.id]: value } })}
              />
            ))}
        </ul>
      </Section>
      <Section title={say.t("lab.budgetTitle")}>
        <div class="planner-field">
          <label for="lab-budget">{say.t("planner.budget")}</label>
          <input
            id="lab-budget"
            inputMode="decimal"
            autocomplete="off"
            placeholder={say.t("lab.noBudget")}
            value={draft.budget}
            aria-invalid={faults.includes("budget")}
            onInput={(event) => set({ budget: event.currentTarget.value })}
          />
          <small>{echo(draft.budget, say)}</small>
        </div>
        <p class="soft">{say.t("lab.budgetWhy")}</p>
      </Section>
      <Section title={say.t("office.files")}>
        <label class="planner-check">
          <input
            type="checkbox"
            checked={draft.brief}
            onChange={(event) => set({ brief: event.currentTarget.checked })}
          />
          <span>
            {say.t("lab.withBrief")} <small>{say.t("lab.withBriefWhy")}</small>
          </span>
        </label>
        <label class="file">
          {say.t("lab.withDesign")}
          <input
            type="file"
            accept=".csv,text/csv"
            onChange={(event) => void attach(event.currentTarget.files?.[0])}
          />
        </label>
        <div class="planner-field">
          <label for="lab-draws">{say.t("stress.drawsMany", { most: about.most_draws })}</label>
          <input
            id="lab-draws"
            inputMode="numeric"
            autocomplete="off"
            value={draft.draws}
            aria-invalid={faults.includes("draws")}
            onInput={(event) => set({ draws: event.currentTarget.value })}
          />
          <small>{say.t("stress.drawsWhy")}</small>
        </div>
      </Section>
      <OpenTopics topics={about.open} say={say} />
      {faults.length > 0 && (
        <div class="whatif-wrong" role="alert" id="lab-faults" tabIndex={-1}>
          <p>
            <strong>{say.t("planner.faults")}</strong>
          </p>
          <ul>
            {faults.map((one) => (
              <li key={one}>{say.t(`lab.fault.${one}`, { most: about.most_draws })}</li>
            ))}
          </ul>
        </div>
      )}
      {wrong && <Refusal problem={wrong} say={say} />}
      <Taken chapter={bench} say={say} />
      <div class="planner-actions">
        <button type="submit" class="primary" disabled={busy}>
          {say.t("lab.start")}
        </button>
      </div>
    </form>
  );
}

/** The question of the open lab, else one exchange to begin with. */
function firstDraft(bench: Bench<About, Lab>, about: About, lab: Lab | null): Draft {
  const take = Object.entries(lab?.ask.take ?? {}).map(([id, n]) => [id, written(n)]);
  return {
    name: bench.free(about.name),
    take: Object.fromEntries(take) as Record<string, string>,
    budget: lab?.ask.budget_eur == null ? "" : written(lab.ask.budget_eur),
    brief: lab?.ask.brief ?? true,
    draws: String(drawsOf(lab?.ask.draws, about)),
    design: null,
  };
}

interface TakeProps {
  concept: Concept;
  value: string;
  say: Speech;
  change: (value: string) => void;
}

function Take({ concept, value, say, change }: TakeProps) {
  const number = amountOf(value);
  return (
    <li class="planner-field">
      <label for={`lab-take-${concept.id}`}>{told(concept, "label", say)}</label>
      <input
        id={`lab-take-${concept.id}`}
        inputMode="decimal"
        autocomplete="off"
        value={value}
        placeholder="0"
        aria-invalid={number === null}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <small>
        {say.t("lab.unitPerYear", { unit: told(concept, "unit", say) })}
        {concept.cost_eur.mid === null && ` · ${say.t("lab.noCost")}`}
      </small>
    </li>
  );
}
