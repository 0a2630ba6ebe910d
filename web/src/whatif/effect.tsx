import { useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import { Wide } from "../views/parts";
import type { Count, Effect, Flow, QuarterEffect, Values } from "./api";
import { countOf, countText } from "./counts";
import { valuesOf } from "./values";

interface Props {
  data: Dataset;
  effect: Effect;
  say: Speech;
}

const FIRST = 8;

/** Who gains and who loses: in persons, by prerequisite, by quarter. */
export function EffectView({ data, effect, say }: Props) {
  const none = effect.n_addresses === 0 || (effect.n_addresses === undefined && effect.quarters.length === 0);
  return (
    <>
      {none && <p class="soft">{say.t("whatif.nobody")}</p>}
      {!none && <Prerequisites data={data} effect={effect} say={say} />}
      {effect.status_groups && effect.status_groups.length > 0 && <Groups effect={effect} say={say} />}
      {effect.newcomers && effect.newcomers.residents > 0 && (
        <p class="soft">
          {say.t("whatif.newcomers", {
            n: say.number(effect.newcomers.residents),
            lacking: say.number(effect.newcomers.lacking),
            k: effect.lacks_needed,
          })}
        </p>
      )}
      {effect.quarters.length > 0 && <Quarters data={data} effect={effect} say={say} />}
    </>
  );
}

/** The three figures that follow the hand, always in sight. */
export function Summary({ effect, title, say }: Omit<Props, "data"> & { title: string }) {
  const k = effect.lacks_needed;
  const share = `several_k${k}_share`;
  const { before, after } = effect.total ?? {};
  return (
    <dl class="whatif-summary" aria-label={title}>
      <div class={countOf(effect.residents.relieved) > 0 ? "gain" : ""}>
        <dt>{say.t("whatif.sumRelieved", { k })}</dt>
        <dd>{countText(effect.residents.relieved, say)}</dd>
      </div>
      <div class={countOf(effect.residents.newly_lacking) > 0 ? "loss" : ""}>
        <dt>{say.t("whatif.sumNewly", { k })}</dt>
        <dd>{countText(effect.residents.newly_lacking, say)}</dd>
      </div>
      {before && after && (
        <div>
          <dt>{say.t("whatif.sumShare", { k })}</dt>
          <dd class="share">{arrow(before, after, share, (v) => say.share(v, 2))}</dd>
        </div>
      )}
    </dl>
  );
}

const quiet = (count: Count): string => (typeof count === "number" && count === 0 ? "zero" : "");

function Prerequisites({ data, effect, say }: Props) {
  const { before, after } = effect.total ?? {};
  return (
    <table class="counts whatif-table">
      <caption>{say.t("whatif.byPrerequisite")}</caption>
      <thead>
        <tr>
          <th scope="col">{say.t("whatif.prerequisite")}</th>
          <th scope="col" class="number">
            {say.t("whatif.noLonger")}
          </th>
          <th scope="col" class="number">
            {say.t("whatif.now")}
          </th>
          {before && (
            <th scope="col" class="number">
              {say.t("whatif.shareLacking")}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {data.study.prerequisites.map((one) => {
          const flow = effect.residents.prerequisites[one.id];
          if (!flow) return null;
          return (
            <tr key={one.id}>
              <th scope="row">{say.name(one.label)}</th>
              <td class={`number gain ${quiet(flow.no_longer_lacking)}`}>{countText(flow.no_longer_lacking, say)}</td>
              <td class={`number loss ${quiet(flow.now_lacking)}`}>{countText(flow.now_lacking, say)}</td>
              {before && after && (
                <td class="number">{arrow(before, after, `lacks_${one.id}_share`, (v) => say.share(v, 1))}</td>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Before → after, or one value where they read the same. */
export function arrow(before: Values, after: Values, name: string, text: (value: number | null) => string): string {
  const [old, now] = [text(before[name] ?? null), text(after[name] ?? null)];
  return old === now ? old : `${old} → ${now}`;
}

function Groups({ effect, say }: Omit<Props, "data">) {
  return (
    <table class="counts whatif-table">
      <caption>{say.t("whatif.byStatus", { k: effect.lacks_needed })}</caption>
      <thead>
        <tr>
          <th scope="col">{say.t("whatif.status")}</th>
          <th scope="col" class="number">
            {say.t("whatif.noLonger")}
          </th>
          <th scope="col" class="number">
            {say.t("whatif.now")}
          </th>
        </tr>
      </thead>
      <tbody>
        {effect.status_groups?.map((group) => (
          <tr key={group.status}>
            <th scope="row">
              {(say.language === "de" ? group.label_de : group.label_en) || say.t("whatif.noStatus")}
            </th>
            <td class={`number gain ${quiet(group.relieved)}`}>{countText(group.relieved, say)}</td>
            <td class={`number loss ${quiet(group.newly_lacking)}`}>{countText(group.newly_lacking, say)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const weight = (flow: Flow): number =>
  countOf(flow.relieved) * 1e6 +
  countOf(flow.newly_lacking) * 1e6 +
  Object.values(flow.prerequisites).reduce((n, p) => n + countOf(p.no_longer_lacking) + countOf(p.now_lacking), 0);

function Quarters({ data, effect, say }: Props) {
  const [all, setAll] = useState(false);
  const [opened, setOpened] = useState("");
  const rows = [...effect.quarters].sort((a, b) => weight(b) - weight(a) || a.name.localeCompare(b.name));
  const shown = all ? rows : rows.slice(0, FIRST);
  const share = `several_k${effect.lacks_needed}_share`;
  const exact = effect.quarters.some((one) => one.before);
  return (
    <>
      <Wide label={say.t("whatif.byQuarter", { k: effect.lacks_needed })} hint={say.t("table.wide")}>
        <table class="counts whatif-table">
          <caption>{say.t("whatif.byQuarter", { k: effect.lacks_needed })}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("quarters.name")}</th>
              <th scope="col" class="number">
                {say.t("whatif.noLonger")}
              </th>
              <th scope="col" class="number">
                {say.t("whatif.now")}
              </th>
              {exact && (
                <th scope="col" class="number">
                  {say.t("whatif.shareLacking")}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.quarter_id}>
                <th scope="row">
                  {one.before ? (
                    <button
                      type="button"
                      class="whatif-open"
                      aria-expanded={opened === one.quarter_id}
                      aria-controls="whatif-quarter"
                      onClick={() => setOpened(opened === one.quarter_id ? "" : one.quarter_id)}
                    >
                      {one.name || say.t("whatif.noQuarter")}
                    </button>
                  ) : (
                    one.name || say.t("whatif.noQuarter")
                  )}
                </th>
                <td class={`number gain ${quiet(one.relieved)}`}>{countText(one.relieved, say)}</td>
                <td class={`number loss ${quiet(one.newly_lacking)}`}>{countText(one.newly_lacking, say)}</td>
                {exact && (
                  <td class="number">
                    {one.before && one.after ? arrow(one.before, one.after, share, (v) => say.share(v, 1)) : ""}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {rows.length > FIRST && (
        <button type="button" class="plain" onClick={() => setAll(!all)}>
          {all ? say.t("whatif.fewQuarters") : say.t("whatif.allQuarters", { n: rows.length })}
        </button>
      )}
      <div id="whatif-quarter">
        {rows
          .filter((one) => one.quarter_id === opened)
          .map((one) => (
            <QuarterValues key={one.quarter_id} data={data} quarter={one} say={say} />
          ))}
      </div>
    </>
  );
}

/** Every value of a quarter that differs, before and after. */
function QuarterValues({ data, quarter, say }: { data: Dataset; quarter: QuarterEffect; say: Speech }) {
  const rows = quarter.before && quarter.after ? valuesOf(data, quarter.before, quarter.after, say) : [];
  const name = quarter.name || say.t("whatif.noQuarter");
  if (rows.length === 0) return <p class="soft">{say.t("whatif.noValues", { name })}</p>;
  return (
    <table class="counts whatif-table">
      <caption>{say.t("whatif.valuesOf", { name })}</caption>
      <thead>
        <tr>
          <th scope="col">{say.t("whatif.value")}</th>
          <th scope="col" class="number">
            {say.t("whatif.before")}
          </th>
          <th scope="col" class="number">
            {say.t("whatif.after")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">{row.name}</th>
            <td class="number">{row.before}</td>
            <td class="number">{row.after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
