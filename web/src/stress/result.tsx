import type { Bench } from "../office/bench";
import { Files, Shelf } from "../office/shelf";
import { told } from "../office/text";
import { useBench } from "../office/use";
import { Figure, Section } from "../views/parts";
import { fileAddress, type About, type StressTest, type TestEntry } from "./api";
import { Basis } from "./basis";
import { Components } from "./components";
import { drawnText, openText, personsText, SEVERAL, shareText } from "./figures";
import { Groups } from "./groups";
import { OneQuarter, Quarters } from "./quarters";
import { Repairs } from "./repairs";
import { Sureness } from "./sureness";
import type { Shown } from "./view";

interface Props extends Shown {
  bench: Bench<About, StressTest>;
  setDay: (id: string) => void;
}

/** A finished test: what fails on a day, where, for whom, why, what would repair it, how sure that is. */
export function Result(props: Props) {
  const { bench, setDay, ...shown } = props;
  const { test, day, say } = shown;
  const { files, name, entries } = useBench(bench);
  const entry = entries.find((one) => one.name === name) as TestEntry | undefined;
  return (
    <>
      <Shelf bench={bench} say={say} label={say.t("stress.which")} publishSure={say.t("stress.publishSure", { name })} />
      {entry?.outdated && <p class="notice warning">{say.t("office.outdated")}</p>}
      {test.verify && <p class="soft">{say.t("stress.verify")}</p>}
      <label class="planner-field">
        <span>{say.t("stress.day")}</span>
        <select id="stress-day" value={day.id} onChange={(event) => setDay(event.currentTarget.value)}>
          {test.scenarios.map((one) => (
            <option key={one.id} value={one.id}>
              {told(one, "label", say)}
            </option>
          ))}
        </select>
      </label>
      <p>{told(day, "note", say)}</p>
      <Head {...shown} />
      <Components {...shown} />
      <OneQuarter {...shown} />
      <Basis {...shown} />
      <Quarters {...shown} />
      <Groups {...shown} />
      <Repairs {...shown} />
      <Sureness {...shown} />
      {files.length > 0 && (
        <Section title={say.t("office.files")}>
          <Files
            files={files}
            address={(file) => fileAddress(name, file)}
            words="stress.file"
            why={say.t("office.filesWhy")}
            say={say}
          />
        </Section>
      )}
    </>
  );
}

function Head({ test, day, normal, say }: Shown) {
  const several = day.whole.figures[SEVERAL];
  const beside = normal && normal.id !== day.id ? normal.whole.figures[SEVERAL] : undefined;
  const garden = day.whole.figures["garden"];
  const m0 = day.whole.figures["m0"];
  const open = openText(several, say);
  const drawn = drawnText(several, say);
  return (
    <dl class="figures">
      <Figure
        label={say.t("stress.several", { k: test.components_needed })}
        value={shareText(several, say)}
        note={[open && say.t("stress.openTo", { range: open }), drawn && say.t("stress.drawnTo", { range: drawn })]
          .filter(Boolean)
          .join(" ")}
      />
      {beside && (
        <Figure
          label={say.t("stress.normalDay")}
          value={shareText(beside, say)}
          note={openText(beside, say) && say.t("stress.openTo", { range: openText(beside, say) })}
        />
      )}
      <Figure
        label={say.t("stress.people")}
        value={personsText(several, say)}
        note={say.t("stress.ofResidents", { n: say.number(day.whole.residents) })}
      />
      {m0 && m0.share !== null && (
        <Figure label={say.t("stress.m0")} value={say.share(m0.share)} note={say.t("stress.m0Why")} />
      )}
      {garden && garden.share !== null && (
        <Figure label={say.t("stress.garden")} value={say.share(garden.share)} note={say.t("stress.gardenWhy")} />
      )}
    </dl>
  );
}
