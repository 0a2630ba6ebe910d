import { percent } from "../office/text";
import { Section } from "../views/parts";
import type { Figure } from "./api";
import { componentName, SEVERAL, shareText } from "./figures";
import { WithRange } from "./range";
import type { Shown } from "./view";

/** Every component of the day beside the normal one, as bars and in figures; the chosen one is on the map. */
export function Components({ test, day, normal, component, say, turn }: Shown) {
  const beside = normal && normal.id !== day.id ? normal : null;
  const without = test.components.filter((one) => one.id !== SEVERAL && !day.known.includes(one.id));
  const most = reach([...day.known, SEVERAL].flatMap((id) => [day.whole.figures[id], beside?.whole.figures[id]]));
  const missing = without.filter((one) => one.id !== "heat" || day.heat);
  return (
    <Section title={say.t("stress.fails")}>
      <p class="soft">{say.t("stress.failsHow")}</p>
      <table class="counts office-bars">
        <caption class="visually-hidden">{say.t("stress.fails")}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("stress.component")}</th>
            <th scope="col" class="number">
              {say.t("stress.thisDay")}
            </th>
            {beside && (
              <th scope="col" class="number">
                {say.t("stress.normalDay")}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {[...day.known, SEVERAL].map((id) => {
            const [now, then] = [day.whole.figures[id], beside?.whole.figures[id]];
            return (
              <tr key={id} class={id === component ? "chosen" : ""}>
                <th scope="row">
                  <button
                    type="button"
                    class="whatif-open"
                    aria-pressed={id === component}
                    onClick={() => turn(id)}
                  >
                    {componentName(test, id, say)}
                  </button>
                  <Bars now={now} then={then} most={most} />
                </th>
                <td class="number">
                  <WithRange figure={now} say={say} />
                </td>
                {beside && <td class="number">{shareText(then, say)}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="office-key" aria-hidden="true">
        <span class="office-sample now" /> {say.t("stress.thisDay")}
        <span class="office-sample open" /> {say.t("stress.keyOpen")}
        {beside && (
          <>
            <span class="office-sample then" /> {say.t("stress.normalDay")}
          </>
        )}
        <br />
        {say.t("stress.keyMost", { most: say.share(most) })}
      </p>
      {missing.length > 0 && (
        <p class="soft">
          {say.t("stress.missing", { list: say.list(missing.map((one) => componentName(test, one.id, say))) })}
        </p>
      )}
    </Section>
  );
}

/** How far the bars go: a quarter, a half or all of the people. */
const reach = (figures: (Figure | undefined)[]): number => {
  const largest = Math.max(0, ...figures.map((one) => Math.max(one?.share ?? 0, one?.high ?? 0)));
  return [0.25, 0.5].find((one) => largest <= one) ?? 1;
};

/** The likely share, around it what the data leave open, and the normal day below; the figures beside it say the same. */
function Bars({ now, then, most }: { now: Figure | undefined; then: Figure | undefined; most: number }) {
  return (
    <span class="office-bar" aria-hidden="true">
      <span class="office-track">
        {now && now.share !== null && <span class="now" style={{ width: percent(now.share, most) }} />}
        {now && now.low !== null && now.high !== null && (
          <span class="open" style={{ left: percent(now.low, most), width: percent(now.high - now.low, most) }} />
        )}
      </span>
      {then && then.share !== null && (
        <span class="office-track thin">
          <span class="then" style={{ width: percent(then.share, most) }} />
        </span>
      )}
    </span>
  );
}
