import { useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { CityMap } from "../map/citymap";
import { euro } from "../office/amounts";
import { isOpen } from "../office/job";
import { Refusal } from "../office/refusal";
import { lookAt, Taken } from "../office/taken";
import { Section } from "../views/parts";
import { personsOf, unitText } from "./amounts";
import type { Plan, Site, Trial } from "./api";
import { Finder } from "./finder";
import type { Planner } from "./session";
import type { Edit } from "./store";
import { usePlanner } from "./use";

interface Props {
  data: Dataset;
  planner: Planner;
  say: Speech;
  city: CityMap | null;
}

/** A plan changed by hand: sites in and out, and what that costs in effect against the plan it began as. */
export function ByHand({ data, planner, say, city }: Props) {
  const { edit, plan, sites, about } = usePlanner(planner);
  if (!edit || !plan) return null;
  const known = new Map(sites.map((one) => [one.site_id, one]));
  const quarters = new Map((about?.quarters ?? []).map((one) => [one.quarter_id, one.name]));
  return (
    <>
      <div class="planner-row">
        <h3>{say.t("planner.hand", { name: plan.name })}</h3>
        <button type="button" onClick={() => planner.stopEditing()}>
          {say.t("planner.handStop")}
        </button>
      </div>
      <p class="soft">{say.t("planner.handHow")}</p>
      {edit.wrong && <Refusal problem={edit.wrong} say={say} />}
      {edit.trial && edit.trial.problems.length > 0 && (
        <div class="whatif-wrong" role="alert">
          <p>
            <strong>{say.t("planner.handProblems")}</strong>
          </p>
          <ul lang={data.study.language}>
            {edit.trial.problems.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </div>
      )}
      <Difference plan={plan} edit={edit} known={known} planner={planner} say={say} />
      <Finder
        sites={sites.filter((one) => !edit.chosen.includes(one.site_id))}
        quarters={quarters}
        label={say.t("planner.handFind")}
        say={say}
        take={(id) => planner.toggle(id)}
      />
      <Chosen edit={edit} plan={plan} known={known} planner={planner} say={say} city={city} />
      {edit.trial && <Effect data={data} plan={plan} edit={edit} trial={edit.trial} say={say} />}
      <Keep planner={planner} say={say} />
    </>
  );
}

/** The figures that follow every click. */
export function HandSummary({ planner, say }: Pick<Props, "planner" | "say">) {
  const { edit, plan } = usePlanner(planner);
  if (!edit || !plan) return null;
  const { trial, stale } = edit;
  const older = (text: string): string => (stale && text !== "…" ? `${text} …` : text);
  const told = (value: number | null | undefined): string => (value == null ? "…" : say.number(value));
  const budget = plan.ask.budget_eur;
  const over = budget !== null && trial?.cost_eur != null && trial.cost_eur > budget;
  return (
    <dl class="whatif-summary" aria-label={say.t("planner.handSummary")} aria-busy={stale}>
      <div>
        <dt>{say.t("plan.relieved", { k: plan.study.lacks_needed })}</dt>
        <dd>{older(told(trial?.relieved))}</dd>
      </div>
      <div class={(trial?.loss_share ?? 0) > 0 ? "loss" : ""}>
        <dt>{say.t("planner.handLoss")}</dt>
        <dd class="share">{older(lossText(trial, say))}</dd>
      </div>
      <div class={over ? "loss" : ""}>
        <dt>{budget === null ? say.t("planner.cost") : say.t("planner.handCost", { budget: euro(budget, say) })}</dt>
        <dd class="share">{older(trial ? euro(trial.cost_eur, say) : "…")}</dd>
      </div>
    </dl>
  );
}

/** What is lost against the best known plan: in per cent, and in what the goal counts. */
function lossText(trial: Trial | null, say: Speech): string {
  if (!trial || trial.loss === null || trial.loss_share === null) return "…";
  const [share, amount] = [say.share(Math.abs(trial.loss_share), 1), unitText(Math.abs(trial.loss), trial.unit, say)];
  if (amount === unitText(0, trial.unit, say)) return say.t("planner.handSame");
  return `${trial.loss > 0 ? "−" : "+"}${share} (${trial.loss > 0 ? "−" : "+"}${amount})`;
}

const nameOf = (id: string, plan: Plan, known: Map<string, Site>): string => {
  const measure = plan.measures.find((one) => one.site_id === id);
  const site = known.get(id);
  return measure ? `${measure.number} ${measure.name || measure.label}` : site ? site.name || site.label : id;
};

function Difference({
  plan,
  edit,
  known,
  planner,
  say,
}: {
  plan: Plan;
  edit: Edit;
  known: Map<string, Site>;
  planner: Planner;
  say: Speech;
}) {
  const planned = plan.measures.map((one) => one.site_id);
  const added = edit.chosen.filter((one) => !planned.includes(one));
  const dropped = planned.filter((one) => !edit.chosen.includes(one));
  if (added.length + dropped.length === 0) return <p>{say.t("planner.handNone")}</p>;
  return (
    <Section title={say.t("planner.handChanges")}>
      <ul class="planner-list">
        {[...added.map((id) => ({ id, sign: "+" })), ...dropped.map((id) => ({ id, sign: "−" }))].map(
          ({ id, sign }) => (
            <li key={id} class="planner-row">
              <span>
                <b class={`planner-sign ${sign === "+" ? "added" : "dropped"}`} aria-hidden="true">
                  {sign}
                </b>{" "}
                <span class="visually-hidden">{say.t(sign === "+" ? "planner.handAdded" : "planner.handDropped")}</span>
                {nameOf(id, plan, known)} <small>{euro(known.get(id)?.cost_eur, say)}</small>
              </span>
              <button
                type="button"
                aria-label={say.t("planner.handUndoOne", { name: nameOf(id, plan, known) })}
                onClick={() => planner.toggle(id)}
              >
                ↶
              </button>
            </li>
          ),
        )}
      </ul>
      <button type="button" onClick={() => planner.reset()}>
        {say.t("planner.handReset")}
      </button>
    </Section>
  );
}

function Chosen({
  edit,
  plan,
  known,
  planner,
  say,
  city,
}: { edit: Edit; plan: Plan; known: Map<string, Site> } & Omit<Props, "data">) {
  // prettier-ignore
  return (
    <Section title={say.t("planner.handChosen", { n: edit.chosen.length })}>
      <ul class="planner-list">
        {edit.chosen.map((id) => {
          const site = known.get(id);
          return (
            <li key={id} class="planner-row">
              <button type="button" class="planner-hit" disabled={!site} onClick={() => site && void city?.goTo(site.point)}>
                <span>{nameOf(id, plan, known)}</span>
                <small>{euro(site?.cost_eur, say)}</small>
              </button>
              <button type="button" aria-label={say.t("planner.handRemove", { name: nameOf(id, plan, known) })} onClick={() => planner.toggle(id)}>
                ×
              </button>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

/** By prerequisite and quarter: the plan, and the set in hand. */
function Effect({ data, plan, edit, trial, say }: Pick<Props, "data" | "say"> & { plan: Plan; edit: Edit; trial: Trial }) {
  const before = new Map((plan.outcome.by_quarter ?? []).map((one) => [one.quarter_id, personsOf(one.relieved)]));
  const after = new Map(trial.by_quarter.map((one) => [one.quarter_id, one.relieved]));
  const names = new Map(
    [...(plan.outcome.by_quarter ?? []), ...trial.by_quarter].map((one) => [one.quarter_id, one.name]),
  );
  const differs = [...names].filter(([id]) => Math.abs((before.get(id) ?? 0) - (after.get(id) ?? 0)) >= 0.5);
  const gains = new Map((plan.outcome.by_prerequisite ?? []).map((one) => [one.id, personsOf(one.gain)]));
  const lines = [
    ...trial.by_prerequisite.map((one) => {
      const entry = data.study.prerequisites.find((known) => known.id === one.id);
      return { name: entry ? say.name(entry.label) : one.id, old: gains.get(one.id) ?? 0, now: one.gain };
    }),
    ...differs.map(([id, name]) => ({ name: name || id, old: before.get(id) ?? 0, now: after.get(id) ?? 0 })),
  ];
  return (
    <Section title={say.t("planner.handEffect")}>
      {edit.stale && <p class="soft">{say.t("planner.handStale")}</p>}
      <table class="counts whatif-table" aria-busy={edit.stale}>
        <caption class="visually-hidden">{say.t("planner.handEffect")}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col" class="number">
              {say.t("planner.handPlan")}
            </th>
            <th scope="col" class="number">
              {say.t("planner.handNow")}
            </th>
            <th scope="col" class="number">
              {say.t("whatif.difference")}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((one) => (
            <tr key={one.name}>
              <th scope="row">{one.name}</th>
              <td class="number">{say.number(one.old)}</td>
              <td class="number">{say.number(one.now)}</td>
              <td class={`number ${one.now < one.old - 0.5 ? "loss" : one.now > one.old + 0.5 ? "gain" : ""}`}>
                {signed(one.now - one.old, say)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="soft">{say.t("planner.handEffectWhy")}</p>
    </Section>
  );
}

export const signed = (value: number, say: Speech): string => {
  const text = say.number(Math.abs(value));
  return text === say.number(0) ? text : `${value > 0 ? "+" : "−"}${text}`;
};

function Keep({ planner, say }: Pick<Props, "planner" | "say">) {
  const { edit, busy, wrong, jobs } = usePlanner(planner);
  const [name, setName] = useState(() => planner.free(say.t("planner.handName", { name: edit?.from ?? "" })));
  const isUnderWay = jobs.some((one) => one.id === edit?.sent && isOpen(one));
  const isPlan = edit?.trial != null && edit.trial.relieved !== null && edit.trial.problems.length === 0;
  const keep = (event: Event): void => {
    event.preventDefault();
    if (name.trim()) void planner.keep(name.trim()).then((isBegun) => isBegun && lookAt(".planner-job"));
  };
  return (
    <form class="whatif-naming" onSubmit={keep}>
      <label for="planner-keep">{say.t("planner.handKeep")}</label>
      <input
        id="planner-keep"
        value={name}
        maxLength={40}
        required
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit" class="primary" disabled={busy || isUnderWay || edit?.stale || !isPlan}>
        {say.t("planner.handDo")}
      </button>
      {wrong && <Refusal problem={wrong} say={say} />}
      <Taken chapter={planner} say={say} />
    </form>
  );
}
