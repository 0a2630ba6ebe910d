import "maplibre-gl/dist/maplibre-gl.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/panel.css";
import "./styles/tables.css";
import "./styles/why.css";
import "./styles/explore.css";
import "./styles/lists.css";
import "./styles/charts.css";
import "./styles/street.css";
import "./styles/dialogs.css";
import "./styles/dark.css";
import "./styles/print.css";
import { render } from "preact";
import { App } from "./app";
import { loadDataset } from "./data/load";
import { speech } from "./i18n";

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

const root = document.getElementById("app");
if (root) {
  loadDataset().then(
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
