import type { Speech } from "../i18n";
import type { Bench } from "../office/bench";
import { Files, Shelf } from "../office/shelf";
import { people, told } from "../office/text";
import { useBench } from "../office/use";
import { Figure, Section } from "../views/parts";
import { fileAddress, type About, type Lab, type LabEntry } from "./api";
import { Concepts } from "./concepts";
import { Exchange } from "./exchange";
import { PortfolioView } from "./portfolio";
import { OneQuarter, Quarters } from "./quarters";
import { Sheet } from "./sheet";
import { Stability } from "./stability";
import { Tried } from "./tried";
import type { Shown } from "./view";

/** A finished lab: who lives crowded, what each concept could change and what is to be expected, at which cost, where. */
export function Result({ bench, ...shown }: Shown & { bench: Bench<About, Lab> }) {
  const { lab, say } = shown;
  const { files, name, entries } = useBench(bench);
  const entry = entries.find((one) => one.name === name) as LabEntry | undefined;
  return (
    <>
      <Shelf bench={bench} say={say} label={say.t("lab.which")} publishSure={say.t("lab.publishSure", { name })} />
      {entry?.outdated && <p class="notice warning">{say.t("office.outdated")}</p>}
      {lab.verify && <p class="soft">{say.t("stress.verify")}</p>}
      <Today lab={lab} say={say} />
      <Concepts {...shown} />
      <Sheet {...shown} />
      <OneQuarter {...shown} />
      <Tried {...shown} />
      <Exchange {...shown} />
      <PortfolioView {...shown} />
      <Quarters {...shown} />
      <Stability {...shown} />
      {lab.notes.length > 0 && (
        <Section title={say.t("lab.notes")}>
          <ul class="bullets soft">
            {lab.notes.map((one) => (
              <li key={`${one.key}${one.about}`}>{told(one, "text", say)}</li>
            ))}
          </ul>
        </Section>
      )}
      {files.length > 0 && (
        <Section title={say.t("office.files")}>
          <Files
            files={files}
            address={(file) => fileAddress(name, file)}
            words="lab.file"
            why={say.t("office.filesWhy")}
            say={say}
          />
        </Section>
      )}
    </>
  );
}

/** Who lives crowded, and who is not counted among them but is in the stress test. */
export function Today({ lab, say }: { lab: Lab; say: Speech }) {
  const { whole } = lab;
  const of = (name: string): string => people(whole[`${name}_low`], whole[`${name}_high`], say);
  const alone = whole["alone_in_one_room"];
  return (
    <>
      <dl class="figures">
        <Figure
          label={say.t("lab.crowded")}
          value={of("crowded_persons")}
          note={say.t("lab.crowdedOf", { n: say.number(whole["persons"] ?? null) })}
        />
        <Figure
          label={say.t("lab.inFamilies")}
          value={of("crowded_family_persons")}
          note={say.t("lab.counted", { n: say.number(whole["crowded_counted_persons"] ?? null) })}
        />
      </dl>
      {alone != null && <p class="soft">{say.t("lab.alone", { n: people(alone, alone, say) })}</p>}
    </>
  );
}
