import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Speech } from "../i18n";
import { echo, euro } from "../office/amounts";
import { Refusal } from "../office/refusal";
import { lookAt, Taken } from "../office/taken";
import { Section } from "../views/parts";
import type { Draft, Fault } from "./draft";
import { Limits, Objectives } from "./limits";
import { Priority } from "./priority";
import type { Planner } from "./session";
import { usePlanner } from "./use";
import { Wishes } from "./wishes";

export interface FormProps {
  planner: Planner;
  say: Speech;
}

/** The question: money, goal, whom first, what not, what must be, and the limits. */
export function Form({ planner, say }: FormProps) {
  const { draft, about, faults, wrong, busy } = usePlanner(planner);
  if (!about) return null;
  const isPlan = draft.kind === "plan";
  const start = async (event: Event): Promise<void> => {
    event.preventDefault();
    const isBegun = await planner.begin();
    lookAt(isBegun ? ".planner-job" : "#planner-faults");
  };
  return (
    <form class="planner-form" noValidate onSubmit={(event) => void start(event)}>
      <Kind draft={draft} planner={planner} say={say} />
      <Field id="name" label={say.t("planner.name")} faults={faults} say={say}>
        <input
          id="planner-name"
          value={draft.name}
          maxLength={40}
          autocomplete="off"
          aria-invalid={faults.includes("name")}
          onInput={(event) => planner.change({ name: event.currentTarget.value })}
        />
      </Field>
      <Funds draft={draft} planner={planner} faults={faults} say={say} />
      {isPlan ? <Goal draft={draft} planner={planner} say={say} /> : <Objectives planner={planner} say={say} />}
      {isPlan && <Priority planner={planner} say={say} />}
      <Types planner={planner} say={say} />
      <Wishes planner={planner} say={say} />
      <Limits planner={planner} say={say} />
      {isPlan && (
        <label class="planner-check">
          <input
            type="checkbox"
            checked={draft.variants}
            onChange={(event) => planner.change({ variants: event.currentTarget.checked })}
          />
          <span>
            {say.t("planner.variants")} <small>{say.t("planner.variantsWhy")}</small>
          </span>
        </label>
      )}
      {faults.length > 0 && <Faults faults={faults} say={say} />}
      {wrong && <Refusal problem={wrong} say={say} />}
      <Taken chapter={planner} say={say} />
      <div class="planner-actions">
        <button type="submit" class="primary" disabled={busy}>
          {say.t(isPlan ? "planner.start" : "planner.startFront")}
        </button>
        <button type="button" onClick={() => planner.clear()}>
          {say.t("planner.clear")}
        </button>
      </div>
    </form>
  );
}

function Kind({ draft, planner, say }: FormProps & { draft: Draft }) {
  return (
    <fieldset class="planner-kinds">
      <legend class="visually-hidden">{say.t("planner.kind")}</legend>
      {(["plan", "front"] as const).map((kind) => (
        <label key={kind} class="planner-choice">
          <input
            type="radio"
            name="planner-kind"
            checked={draft.kind === kind}
            onChange={() => planner.change({ kind })}
          />
          <span>
            {say.t(`planner.kind.${kind}`)} <small>{say.t(`planner.kindWhy.${kind}`)}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Field({
  id,
  label,
  note,
  faults,
  say,
  children,
}: {
  id: Fault;
  label: string;
  note?: string;
  faults: Fault[];
  say: Speech;
  children: ComponentChildren;
}) {
  // prettier-ignore
  return (
    <div class="planner-field">
      <label for={`planner-${id}`}>{label}</label>
      {children}
      {note && <small>{note}</small>}
      {faults.includes(id) && <small class="planner-fault">{say.t(`planner.fault.${id}`)}</small>}
    </div>
  );
}

function Funds({ draft, planner, faults, say }: FormProps & { draft: Draft; faults: Fault[] }) {
  const { about, dropped } = usePlanner(planner);
  const purses = Object.entries(about?.purses ?? {});
  return (
    <Section title={say.t("planner.funds")}>
      <Field id="budget" label={say.t("planner.budget")} note={echo(draft.budget, say)} faults={faults} say={say}>
        <input
          id="planner-budget"
          inputMode="decimal"
          autocomplete="off"
          placeholder={say.t("planner.budgetExample")}
          value={draft.budget}
          aria-invalid={faults.includes("budget")}
          onInput={(event) => planner.change({ budget: event.currentTarget.value })}
        />
      </Field>
      {draft.kind === "plan" && (
        <>
          <Field id="years" label={say.t("planner.years")} faults={faults} say={say}>
            <input
              id="planner-years"
              inputMode="numeric"
              autocomplete="off"
              value={draft.years}
              aria-invalid={faults.includes("years")}
              onInput={(event) => planner.change({ years: event.currentTarget.value })}
            />
          </Field>
          <Field id="yearly" label={say.t("planner.yearly")} note={echo(draft.yearly, say)} faults={faults} say={say}>
            <input
              id="planner-yearly"
              inputMode="decimal"
              autocomplete="off"
              placeholder={say.t("planner.noLimit")}
              value={draft.yearly}
              aria-invalid={faults.includes("yearly")}
              onInput={(event) => planner.change({ yearly: event.currentTarget.value })}
            />
          </Field>
          {dropped.length > 0 && (
            <p class="notice warning" role="status">
              {say.t("planner.yearlyDropped", { list: say.list(dropped.map((one) => euro(one, say))) })}
            </p>
          )}
        </>
      )}
      {purses.length > 0 && (
        <p class="soft">
          {say.t("planner.purses", { list: say.list(purses.map(([name, sum]) => `${name}: ${euro(sum, say)}`)) })}
        </p>
      )}
    </Section>
  );
}

function Goal({ draft, planner, say }: FormProps & { draft: Draft }) {
  const { about } = usePlanner(planner);
  return (
    <Section title={say.t("planner.goal")}>
      <fieldset class="planner-kinds">
        <legend class="visually-hidden">{say.t("planner.goal")}</legend>
        {(about?.goals ?? []).map((goal) => (
          <label key={goal} class="planner-choice">
            <input
              type="radio"
              name="planner-goal"
              checked={draft.weights === goal}
              onChange={() => planner.change({ weights: goal })}
            />
            <span>
              {say.word("planner.goal", goal)} <small>{say.word("planner.goalWhy", goal)}</small>
            </span>
          </label>
        ))}
      </fieldset>
    </Section>
  );
}

/** Which kinds of measures may be chosen. */
function Types({ planner, say }: FormProps) {
  const { draft, about, faults } = usePlanner(planner);
  const [isWide] = useState(() => draft.without.length > 0);
  const types = about?.types ?? [];
  const usable = types.filter((one) => one.has_cost && one.n_sites > 0);
  const left = usable.filter((one) => !draft.without.includes(one.type_id)).length;
  const set = (id: string, wanted: boolean): void =>
    planner.change({ without: wanted ? draft.without.filter((one) => one !== id) : [...draft.without, id] });
  return (
    <Section title={say.t("planner.types")}>
      {faults.includes("types") && <p class="planner-fault">{say.t("planner.fault.types")}</p>}
      <details class="planner-more" open={isWide}>
        <summary>{say.t("planner.typesLeft", { n: left, of: usable.length })}</summary>
        <div class="planner-actions">
          <button type="button" onClick={() => planner.change({ without: [] })}>
            {say.t("planner.all")}
          </button>
          <button type="button" onClick={() => planner.change({ without: types.map((one) => one.type_id) })}>
            {say.t("planner.none")}
          </button>
        </div>
        <ul class="planner-list">
          {types.map((one) => {
            const usable = one.has_cost && one.n_sites > 0;
            return (
              <li key={one.type_id}>
                <label class="planner-check">
                  <input
                    type="checkbox"
                    disabled={!usable}
                    checked={usable && !draft.without.includes(one.type_id)}
                    onChange={(event) => set(one.type_id, event.currentTarget.checked)}
                  />
                  <span>
                    {say.name(one.label)}{" "}
                    <small>
                      {one.has_cost ? say.t("planner.nSites", { n: say.number(one.n_sites) }) : say.t("planner.noCost")}
                      {one.verify && one.has_cost && ` · ${say.t("why.verify")}`}
                    </small>
                  </span>
                </label>
              </li>
            );
          })}
        </ul>
      </details>
    </Section>
  );
}

function Faults({ faults, say }: { faults: Fault[]; say: Speech }) {
  return (
    <div class="whatif-wrong" role="alert" id="planner-faults" tabIndex={-1}>
      <p>
        <strong>{say.t("planner.faults")}</strong>
      </p>
      <ul>
        {faults.map((one) => (
          <li key={one}>{say.t(`planner.fault.${one}`)}</li>
        ))}
      </ul>
    </div>
  );
}
