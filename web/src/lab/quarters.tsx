import { ChosenQuarter, QuarterTable, type Column } from "../office/quarters";
import { people, told as inWords } from "../office/text";
import { Figure } from "../views/parts";
import type { Lab, QuarterTold } from "./api";
import { placesOf, type Shown } from "./view";

/** Who lives crowded today by quarter, and whom the chosen concept would relieve there. */
export function Quarters(shown: Shown) {
  const { lab, concept, say } = shown;
  const rows = toldOf(lab).sort(
    (a, b) => (b.crowded_persons_low ?? -1) - (a.crowded_persons_low ?? -1) || (a.quarter_id < b.quarter_id ? -1 : 1),
  );
  const relieved = new Map(placesOf(lab, concept).map((one) => [one.quarter_id, one]));
  const columns: Column<QuarterTold>[] = [
    {
      title: say.t("lab.crowdedShort"),
      cell: (one) => people(one.crowded_persons_low, one.crowded_persons_high, say),
    },
    { title: say.t("stress.share"), cell: (one) => say.share(one.crowded_share) },
    {
      title: say.t("lab.families"),
      cell: (one) => people(one.crowded_family_persons_low, one.crowded_family_persons_high, say),
    },
  ];
  if (relieved.size > 0) {
    columns.push({
      title: say.t("lab.relievedShort"),
      wraps: true,
      cell: ({ quarter_id: id }) => people(relieved.get(id)?.persons_low, relieved.get(id)?.persons_high, say),
    });
  }
  return (
    <QuarterTable
      {...shown}
      title={say.t("lab.quarters")}
      rows={rows}
      columns={columns}
      least={lab.minimum_households}
      why={say.t("lab.quartersWhy")}
    />
  );
}

const toldOf = (lab: Lab): QuarterTold[] => lab.quarters.filter((one) => one.status === "ok");

/** The chosen quarter: who lives crowded there, and whom the chosen concept would relieve. */
export function OneQuarter(shown: Shown) {
  const { lab, concept, say } = shown;
  const chosen = lab.concepts.find((one) => one.id === concept);
  return (
    <ChosenQuarter {...shown} rows={toldOf(lab)} least={lab.minimum_households}>
      {(here) => {
        const there = placesOf(lab, concept).find((one) => one.quarter_id === here.quarter_id);
        return (
          <dl class="figures">
            <Figure
              label={say.t("lab.crowded")}
              value={people(here.crowded_persons_low, here.crowded_persons_high, say)}
              note={say.t("lab.crowdedOf", { n: say.number(here.persons) })}
            />
            <Figure
              label={say.t("lab.inFamilies")}
              value={people(here.crowded_family_persons_low, here.crowded_family_persons_high, say)}
            />
            {chosen && there && (
              <Figure
                label={inWords(chosen, "label", say)}
                value={people(there.persons_low, there.persons_high, say)}
                note={say.t(there.case === "taken" ? "lab.mapTaken" : "lab.mapExpected", { years: lab.years })}
              />
            )}
          </dl>
        );
      }}
    </ChosenQuarter>
  );
}
