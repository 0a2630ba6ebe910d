import { useEffect, useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import { useFirstFocus } from "../views/focus";
import { Wide } from "../views/parts";
import { Refused, type Effect } from "./api";
import { Net } from "./counts";
import type { Session } from "./session";
import { useSession } from "./use";

interface Props {
  data: Dataset;
  session: Session;
  say: Speech;
  close: () => void;
}

/** Two scenarios side by side, each against the study as it is, and what lies between them. */
export function Compare({ data, session, say, close }: Props) {
  const { scenarios, current } = useSession(session);
  const other = scenarios.find((one) => one.id !== current?.id)?.id ?? "";
  const [pair, setPair] = useState<[string, string]>([current?.id ?? "", other]);
  const [effects, setEffects] = useState<Effect[] | null>(null);
  const title = useFirstFocus<HTMLHeadingElement>();
  const versions = scenarios.map((one) => `${one.id}:${one.version}`).join();
  useEffect(() => {
    let wanted = true;
    setEffects(null);
    session.effects(pair).then(
      (found) => wanted && setEffects(found),
      (wrong: unknown) => wrong instanceof Refused && session.fail(wrong.problem),
    );
    return () => void (wanted = false);
  }, [pair.join(), versions]);
  const choose = (at: 0 | 1, id: string): void => setPair(at === 0 ? [id, pair[1]] : [pair[0], id]);
  return (
    <section class="section" aria-labelledby="whatif-compare">
      <div class="whatif-row">
        <h3 id="whatif-compare" tabIndex={-1} ref={title}>
          {say.t("whatif.compareTitle")}
        </h3>
        <button type="button" onClick={close}>
          {say.t("whatif.compareClose")}
        </button>
      </div>
      <div class="whatif-pair">
        {([0, 1] as const).map((at) => (
          <label key={at}>
            {at === 0 ? "A" : "B"}
            <select value={pair[at]} onChange={(event) => choose(at, event.currentTarget.value)}>
              {scenarios.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
      {effects === null ? <p role="status">{say.t("whatif.counting")}</p> : <Sides data={data} effects={effects} say={say} />}
    </section>
  );
}

interface Line {
  name: string;
  values: [string, string];
  difference: string;
}

function Sides({ data, effects, say }: { data: Dataset; effects: Effect[]; say: Speech }) {
  const [a, b] = effects;
  if (!a || !b) return null;
  const k = a.lacks_needed;
  const persons = (name: string, of: (effect: Effect) => Net): Line => {
    const [old, now] = [of(a), of(b)];
    return {
      name,
      values: [old.text(say), now.text(say)],
      difference: old.value === null || now.value === null ? "" : signed(now.value - old.value, (v) => say.number(v)),
    };
  };
  /** Empty where neither side tells it. */
  const told = (name: string, of: (effect: Effect) => number | null | undefined): Line[] => {
    const [old, now] = [of(a) ?? null, of(b) ?? null];
    if (old === null && now === null) return [];
    const difference = old === null || now === null ? "" : signed(now - old, (v) => say.number(v));
    return [{ name, values: [say.number(old), say.number(now)], difference }];
  };
  const share = (name: string, id: string): Line[] => {
    const [old, now] = [a.total?.after[id] ?? null, b.total?.after[id] ?? null];
    if (old === null && now === null) return [];
    // in percentage points
    const difference = old === null || now === null ? "" : signed((now - old) * 100, (v) => say.number(v, 2));
    return [{ name, values: [say.share(old, 2), say.share(now, 2)], difference }];
  };
  const shares = [
    ...share(say.t("whatif.sumShare", { k }), `several_k${k}_share`),
    ...data.study.prerequisites.flatMap((one) =>
      share(say.t("whatif.lacksShare", { name: say.name(one.label) }), `lacks_${one.id}_share`),
    ),
  ];
  const hasNewcomers = [a, b].some((effect) => (effect.newcomers?.residents ?? 0) > 0);
  const newcomers = (name: string, of: "residents" | "lacking"): Line[] =>
    hasNewcomers ? told(name, (effect) => effect.newcomers?.[of]) : [];
  const lines = [
    persons(say.t("whatif.sumRelieved", { k }), (effect) => new Net(effect.residents.relieved)),
    persons(say.t("whatif.sumNewly", { k }), (effect) => new Net(effect.residents.newly_lacking)),
    ...told(say.t("whatif.residents"), (effect) => effect.total?.after["residents_judged"]),
    ...newcomers(say.t("whatif.compareNewcomers"), "residents"),
    ...newcomers(say.t("whatif.compareNewcomersLacking", { k }), "lacking"),
    ...shares,
  ];
  const names = new Map([...a.quarters, ...b.quarters].map((one) => [one.quarter_id, one.name]));
  const inQuarter = (effect: Effect, id: string): Net => {
    const found = effect.quarters.find((one) => one.quarter_id === id);
    return new Net(found?.relieved, found?.newly_lacking);
  };
  const quarters = [...names]
    .filter(([id]) => !inQuarter(a, id).isNothing || !inQuarter(b, id).isNothing)
    .map(([id, name]) => persons(name || say.t("whatif.noQuarter"), (effect) => inQuarter(effect, id)))
    .sort((x, y) => x.name.localeCompare(y.name, say.language));
  return (
    <>
      <Lines caption={say.t("whatif.compareTotal")} lines={lines} say={say} />
      {shares.length > 0 && <p class="soft">{say.t("whatif.points")}</p>}
      {hasNewcomers && <p class="soft">{say.t("whatif.compareNewcomersWhy")}</p>}
      {quarters.length > 0 && <Lines caption={say.t("whatif.compareQuarters", { k })} lines={quarters} say={say} />}
    </>
  );
}

const signed = (value: number, text: (value: number) => string): string => {
  const shown = text(Math.abs(value));
  return shown === text(0) ? text(0) : `${value > 0 ? "+" : "−"}${shown}`;
};

function Lines({ caption, lines, say }: { caption: string; lines: Line[]; say: Speech }) {
  return (
    <Wide label={caption} hint={say.t("table.wide")}>
      <table class="counts whatif-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col" class="number">
              A
            </th>
            <th scope="col" class="number">
              B
            </th>
            <th scope="col" class="number">
              {say.t("whatif.difference")}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.name}>
              <th scope="row">{line.name}</th>
              <td class="number">{line.values[0]}</td>
              <td class="number">{line.values[1]}</td>
              <td class="number">{line.difference}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
