import { render } from "preact";
import { App } from "./app";
import type { Dataset } from "./data/load";
import { speech } from "./i18n";
import { warmUp } from "./map/citymap";

function Failure({ reason }: { reason: string }) {
  const say = speech(navigator.language.startsWith("de") ? "de" : "en");
  return (
    <main class="failure">
      <div role="alert">
        <h1>{say.t("app.error")}</h1>
        <p>{say.t("app.errorFix")}</p>
        <p class="soft">{reason}</p>
      </div>
    </main>
  );
}

/** Shows the page as soon as its data are there. */
export function shown(coming: Promise<Dataset>, root: HTMLElement): void {
  warmUp(); // the map's workers begin while the data are on their way
  coming.then(
    (data) => {
      root.replaceChildren();
      render(<App data={data} />, root);
    },
    (error: unknown) => {
      root.replaceChildren();
      render(<Failure reason={error instanceof Error ? error.message : String(error)} />, root);
    },
  );
}
