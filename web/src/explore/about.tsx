import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import { served } from "../whatif/served";

const TESTED = ["about.tested1", "about.tested2", "about.tested3", "about.tested4"] as const;
const LIMITS = ["about.limit1", "about.limit2", "about.limit3", "about.limit4"] as const;
const KEYS = ["about.key1", "about.key2", "about.key3", "about.key4", "about.key5"] as const;

/** What is stored and sent, which differs: static site, public server, office. */
function kept(): "about.stored" | "about.storedWhatIf" | "about.storedOffice" {
  const server = served();
  if (server?.role === "planner") return "about.storedOffice";
  return server?.whatIf ? "about.storedWhatIf" : "about.stored";
}

/** The accessibility statement, how to use the page without a mouse, and what the page does with data. */
export function About({ data, say }: { data: Dataset; say: Speech }) {
  const { study } = data;
  const list = (keys: readonly (typeof TESTED[number] | typeof LIMITS[number] | typeof KEYS[number])[]) => (
    <ul class="bullets">
      {keys.map((key) => (
        <li key={key}>{say.t(key)}</li>
      ))}
    </ul>
  );
  return (
    <section class="panel" id="results" aria-label={say.t("chapter.about")} tabIndex={-1}>
      <div class="panel-body" tabIndex={0} role="group" aria-label={say.t("chapter.about")}>
        <h2>{say.t("about.title")}</h2>
        <p>{say.t("about.intro", { name: study.name })}</p>
        <h3>{say.t("about.keys")}</h3>
        {list(KEYS)}
        <h3>{say.t("about.tested")}</h3>
        {list(TESTED)}
        <h3>{say.t("about.limits")}</h3>
        {list(LIMITS)}
        <h3>{say.t("about.contact")}</h3>
        <p>{study.contact ? say.t("about.contactText", { contact: study.contact }) : say.t("about.noContact")}</p>
        <h3>{say.t("about.privacy")}</h3>
        <p>{say.t("about.privacyText")}</p>
        <p>{say.t(kept())}</p>
        <p class="soft">{say.t("quality.version", { version: study.version })}</p>
      </div>
    </section>
  );
}
