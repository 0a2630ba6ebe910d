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
import { loadDataset } from "./data/load";

// a few lines of their own, so that the data are asked for before the map's program is read
const root = document.getElementById("app");
if (root) {
  const coming = loadDataset();
  coming.catch(() => undefined); // told by the page
  void import("./page").then(({ shown }) => shown(coming, root));
}
