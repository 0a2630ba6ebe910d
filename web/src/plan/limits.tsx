import { echo } from "../office/amounts";
import { Section } from "../views/parts";
import type { FormProps } from "./form";
import { usePlanner } from "./use";

interface Row {
  name: string;
  amount: string;
}

interface Offer {
  name: string;
  text: string;
}

/** Further limits: of a plan by their name, of a front "not worse than". */
export function Limits({ planner, say }: FormProps) {
  const { draft, about, faults } = usePlanner(planner);
  if (!about) return null;
  const isPlan = draft.kind === "plan";
  const offers: Offer[] = isPlan
    ? [
        ...about.limits.map((one) => ({ name: one.name, text: say.word("planner.limit", one.name) })),
        ...about.programmes.map((one) => ({
          name: `programme:${one.name}`,
          text: say.t("planner.limit.programme", { name: one.label }),
        })),
        ...about.quarters.map((one) => ({
          name: `quarter:${one.quarter_id}`,
          text: say.t("planner.limit.quarter", { name: one.name }),
        })),
        ...about.quarters.map((one) => ({
          name: `quarter_eur:${one.quarter_id}`,
          text: say.t("planner.limit.quarterEur", { name: one.name }),
        })),
      ]
    : about.objectives
        .filter((one) => !draft.objectives.includes(one.name))
        .map((one) => ({
          name: one.name,
          text: say.t(one.better === "higher" ? "planner.least.higher" : "planner.least.lower", {
            name: say.name(one.label),
          }),
        }));
  const given = about.defaults?.limits ?? {};
  const nameOf = (name: string): string => offers.find((one) => one.name === name)?.text ?? name;
  const rows = isPlan ? draft.limits : draft.least;
  const set = (next: Row[]): void => planner.change(isPlan ? { limits: next } : { least: next });
  return (
    <Section title={say.t("planner.limits")}>
      {!isPlan && <p class="soft">{say.t("planner.leastWhy")}</p>}
      {isPlan && Object.keys(given).length > 0 && (
        <p class="soft">
          {say.t("planner.limitsOfStudy", {
            list: say.list(Object.entries(given).map(([name, value]) => `${nameOf(name)}: ${say.plain(value)}`)),
          })}
        </p>
      )}
      <ul class="planner-list">
        {rows.map((row, at) => (
          <li key={at} class="planner-limit">
            <select
              aria-label={say.t("planner.limitWhich", { n: at + 1 })}
              value={row.name}
              onChange={(event) =>
                set(rows.map((one, n) => (n === at ? { ...one, name: event.currentTarget.value } : one)))
              }
            >
              <option value="">{say.t("planner.choose")}</option>
              {offers.map((one) => (
                <option key={one.name} value={one.name}>
                  {one.text}
                </option>
              ))}
            </select>
            <input
              inputMode="decimal"
              aria-label={say.t("planner.limitAmount", { n: at + 1 })}
              placeholder={isPlan ? "" : say.t("planner.asToday")}
              value={row.amount}
              aria-invalid={faults.includes("limit")}
              onInput={(event) =>
                set(rows.map((one, n) => (n === at ? { ...one, amount: event.currentTarget.value } : one)))
              }
            />
            <button
              type="button"
              aria-label={say.t("planner.dropLimit", { n: at + 1 })}
              onClick={() => set(rows.filter((_, n) => n !== at))}
            >
              ×
            </button>
            {row.amount && <small>{echo(row.amount, say, false)}</small>}
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => set([...rows, { name: "", amount: "" }])}>
        {say.t("planner.addLimit")}
      </button>
    </Section>
  );
}

const PLACES = [0, 1, 2];

/** Between what is weighed: two or three figures, the first is searched for. */
export function Objectives({ planner, say }: FormProps) {
  const { draft, about, faults } = usePlanner(planner);
  const set = (at: number, name: string): void =>
    planner.change({ objectives: PLACES.map((n) => (n === at ? name : (draft.objectives[n] ?? ""))) });
  return (
    <Section title={say.t("planner.objectives")}>
      {PLACES.map((at) => (
        <label key={at} class="planner-field">
          <span>{say.t("planner.objectiveN", { n: at + 1 })}</span>
          <select
            value={draft.objectives[at] ?? ""}
            aria-invalid={faults.includes("objectives")}
            onChange={(event) => set(at, event.currentTarget.value)}
          >
            {at === 2 && <option value="">{say.t("planner.noThird")}</option>}
            {(about?.objectives ?? []).map((one) => (
              <option key={one.name} value={one.name}>
                {say.name(one.label)} {one.better === "higher" ? "↑" : "↓"}
              </option>
            ))}
          </select>
        </label>
      ))}
      {faults.includes("objectives") && <p class="planner-fault">{say.t("planner.fault.objectives")}</p>}
      <label class="planner-field">
        <span>{say.t("planner.points")}</span>
        <input
          inputMode="numeric"
          value={draft.points}
          placeholder={say.t("planner.pointsUsual")}
          aria-invalid={faults.includes("points")}
          onInput={(event) => planner.change({ points: event.currentTarget.value })}
        />
      </label>
    </Section>
  );
}
