import { useState } from "preact/hooks";
import type { Speech } from "../i18n";
import type { Bench } from "../office/bench";
import { drawsOf, useKept } from "../office/kept";
import { Missing, OpenTopics } from "../office/missing";
import { LONGEST } from "../office/names";
import { Refusal } from "../office/refusal";
import { lookAt, Taken } from "../office/taken";
import { told } from "../office/text";
import { useBench } from "../office/use";
import { Section } from "../views/parts";
import type { About, ReadyScenario, StressTest } from "./api";
import { Rules } from "./basis";
import { SEVERAL } from "./figures";

interface Props {
  bench: Bench<About, StressTest>;
  about: About;
  /** the one that is open: its question stands in the form */
  test: StressTest | null;
  /** what an unfinished form is kept under */
  study: string;
  say: Speech;
}

interface Draft {
  name: string;
  days: string[];
  plan: string;
  draws: string;
  choices: boolean;
}

type Fault = "name" | "days" | "draws";

/** Which days are tested, against which plan, how thoroughly. */
export function Form({ bench, about, test, study, say }: Props) {
  const { busy, wrong } = useBench(bench);
  const [draft, set] = useKept<Draft>(`nahraum-stress:${study}`, () => firstDraft(bench, about, test), ["name"]);
  const [faults, setFaults] = useState<Fault[]>([]);
  if (about.missing.length > 0) return <Missing topics={about.missing} say={say} />;
  const { name, days, draws, choices } = draft;
  const number = Number(draws.trim() || Number.NaN);
  const plan = about.plans.some((one) => one.name === draft.plan) ? draft.plan : "";
  const start = async (event: Event): Promise<void> => {
    event.preventDefault();
    const found: Fault[] = [];
    if (!/[\p{L}\p{N}]/u.test(name)) found.push("name");
    if (days.length === 0) found.push("days");
    if (!Number.isInteger(number) || number < 0 || number > about.most_draws) found.push("draws");
    setFaults(found);
    if (found.length > 0) return lookAt("#stress-faults");
    const scenarios = about.scenarios.map((one) => one.id).filter((id) => days.includes(id));
    const isBegun = await bench.begin({ name: name.trim(), scenarios, plan, draws: number, choices });
    if (!isBegun) return;
    set({ name: bench.free(about.name) });
    lookAt(".planner-job");
  };
  const toggle = (id: string): void =>
    set({ days: days.includes(id) ? days.filter((one) => one !== id) : [...days, id] });
  return (
    <form class="planner-form" noValidate onSubmit={(event) => void start(event)}>
      <div class="planner-field">
        <label for="stress-name">{say.t("planner.name")}</label>
        <input
          id="stress-name"
          value={name}
          maxLength={LONGEST}
          autocomplete="off"
          aria-invalid={faults.includes("name")}
          onInput={(event) => set({ name: event.currentTarget.value })}
        />
      </div>
      <Section title={say.t("stress.days")}>
        <p class="soft">{say.t("stress.daysWhy")}</p>
        <ul class="planner-list office-days">
          {about.scenarios.map((one) => (
            <Day key={one.id} day={one} checked={days.includes(one.id)} say={say} toggle={() => toggle(one.id)} />
          ))}
        </ul>
      </Section>
      <Section title={say.t("stress.plan")}>
        <label class="planner-field">
          <span>{say.t("stress.planWhich")}</span>
          <select id="stress-plan" value={plan} onChange={(event) => set({ plan: event.currentTarget.value })}>
            <option value="">{say.t("stress.planNone")}</option>
            {about.plans.map((one) => (
              <option key={one.name} value={one.name}>
                {one.title || one.name}
              </option>
            ))}
          </select>
        </label>
        {about.plans.length === 0 && <p class="soft">{say.t("stress.planMake")}</p>}
      </Section>
      <Section title={say.t("stress.howSure")}>
        <div class="planner-field">
          <label for="stress-draws">{say.t("stress.drawsMany", { most: about.most_draws })}</label>
          <input
            id="stress-draws"
            inputMode="numeric"
            autocomplete="off"
            value={draws}
            aria-invalid={faults.includes("draws")}
            onInput={(event) => set({ draws: event.currentTarget.value })}
          />
          <small>{say.t("stress.drawsWhy")}</small>
        </div>
        <label class="planner-check">
          <input type="checkbox" checked={choices} onChange={(event) => set({ choices: event.currentTarget.checked })} />
          <span>
            {say.t("stress.choices")} <small>{say.t("stress.choicesWhy")}</small>
          </span>
        </label>
      </Section>
      <OpenTopics topics={about.open} say={say} />
      {faults.length > 0 && (
        <div class="whatif-wrong" role="alert" id="stress-faults" tabIndex={-1}>
          <p>
            <strong>{say.t("planner.faults")}</strong>
          </p>
          <ul>
            {faults.map((one) => (
              <li key={one}>{say.t(`stress.fault.${one}`, { most: about.most_draws })}</li>
            ))}
          </ul>
        </div>
      )}
      {wrong && <Refusal problem={wrong} say={say} />}
      <Taken chapter={bench} say={say} />
      <div class="planner-actions">
        <button type="submit" class="primary" disabled={busy}>
          {say.t("stress.start")}
        </button>
      </div>
    </form>
  );
}

/** The question of the open test, else what the study proposes. */
const firstDraft = (bench: Bench<About, StressTest>, about: About, test: StressTest | null): Draft => ({
  name: bench.free(about.name),
  days: firstDays(about, test),
  plan: test?.ask.plan ?? "",
  draws: String(drawsOf(test?.ask.draws, about)),
  choices: test?.ask.choices ?? true,
});

/** The days of the open test, else the normal one and the first that closes something. */
function firstDays(about: About, test: StressTest | null): string[] {
  const ready = about.scenarios.map((one) => one.id);
  const before = test?.ask.scenarios.filter((id) => ready.includes(id)) ?? [];
  if (test) return before.length > 0 ? before : ready;
  const normal = about.scenarios.filter((one) => one.normal_day);
  return [...normal, ...about.scenarios.filter((one) => !one.normal_day).slice(0, 1)].map((one) => one.id);
}

function Day({ day, checked, say, toggle }: { day: ReadyScenario; checked: boolean; say: Speech; toggle: () => void }) {
  const period = [day.begin, day.end].filter((one) => one !== null).map((one) => say.date(one));
  return (
    <li>
      <label class="planner-check">
        <input type="checkbox" name="day" value={day.id} checked={checked} onChange={toggle} />
        <span>
          {told(day, "label", say)}
          <small>
            {period.length > 0 && `${period.join(" – ")}. `}
            {told(day, "note", say)}
          </small>
        </span>
      </label>
      <details class="planner-more">
        <summary aria-label={say.t("stress.rules", { day: told(day, "label", say) })}>{say.t("stress.rulesShort")}</summary>
        <Rules scenario={day} component={SEVERAL} say={say} />
      </details>
    </li>
  );
}
