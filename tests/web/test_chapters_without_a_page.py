"""What the chapters and the cells of the map do in the browser, run in Node without one: web/src/office, plan, map …"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from browser import needed, plain

from nahraum.workflow.progress import _DE

WEB = Path(__file__).parents[2] / "web"
PARTS = {
    "office/bench.ts": "Bench", "office/text.ts": "people", "stress/view.ts": "figureOf", "whatif/api.ts": "Refused",
    "i18n/index.ts": "speech", "office/refusal.tsx": "Refusal", "office/stages.ts": "stageText",
    "stress/sureness.tsx": "Sureness", "plan/session.ts": "Planner", "stress/basis.tsx": "plainValue",
    "lab/result.tsx": "Today", "explore/searchindex.ts": "isCut, matches", "explore/facts.ts": "factsOf",
    "values.ts": "rangeText", "map/celltiles.ts": "CellTiles", "map/sparing.ts": "spareFirstPictures",
}  # fmt: skip
BUNDLE = """
import { rolldown } from ROLLDOWN;
const jsx = { runtime: "automatic", importSource: "preact" };
const none = (id) => id === "maplibre-gl" ? "export const addProtocol = () => undefined;" : null;
const plugins = [{ name: "no map", resolveId: (id) => (none(id) ? { id } : null), load: none }];
const made = await rolldown({ input: ENTRY, transform: { jsx }, plugins, logLevel: "silent" });
await made.write({ file: OUT, format: "esm" });
"""
BEGIN = """
import {
  Bench, CellTiles, Planner, Refused, Refusal, Sureness, Today, factsOf, figureOf, isCut, matches, people, plainValue,
  rangeText, spareFirstPictures, speech, stageText,
} from "./parts.mjs";
let timer = null;
globalThis.window = { setTimeout: (next) => ((timer = next), 1) };
const soon = () => new Promise((done) => setTimeout(done, 2));
const look = async () => { const next = timer; timer = null; next(); await soon(); };
const nothing = { error: "", what: "", where: [], expected: "", fix: "" };
const refused = (status) => Promise.reject(new Refused({ ...nothing, status }));
const job = (id, state, name = id) => ({ id, state, name, result: state === "done" ? name : null });
const entry = (name) => ({ name, made: "2027-01-01" });
// a chapter whose server holds `made` and `jobs`
function chapter(server) {
  return new Bench({
    kind: "stress",
    about: () => (server.away ? refused(0) : Promise.resolve({})),
    entries: () => Promise.resolve(server.made.map(entry)),
    result: (name) => (server.made.includes(name) ? Promise.resolve({ name, state: server.state }) : refused(404)),
    jobs: () => Promise.resolve(server.jobs),
    begin: () => Promise.resolve(server.jobs[0]),
    remove: (name) => (server.made.includes(name) ? Promise.resolve() : refused(404)),
  });
}
// the planning of a server that holds the plans `made` and `jobs`
function planning(server) {
  const entry = (name) => ({ name, made: "2027-01-01", cost_eur: 1, measures: [] });
  const none = { goals: [], quarters: [], types: [], limits: [], programmes: [], objectives: [], purses: {} };
  const told = {
    "/api/planning": () => ({ ready: true, job: null, error: null, ...none }), "/api/jobs": () => server.jobs,
    "/api/planning/sites": () => ({ features: [] }), "/api/plans": () => server.made.map(entry),
    "/api/fronts": () => [],
  };
  globalThis.document = { baseURI: "http://office/" };
  globalThis.fetch = async (url, { method }) => {
    const path = new URL(url).pathname;
    const [, , , name = "", part] = path.split("/");
    const one = server.made.includes(name) ? (part ? [] : entry(name)) : null;
    if (method === "DELETE" && one) server.made = server.made.filter((other) => other !== name);
    const found = method === "POST" ? server.jobs[0] : (told[path]?.() ?? one);
    return { ok: found !== null, status: found === null ? 404 : 200, json: async () => found ?? {} };
  };
  return new Planner("town");
}
const texts = (node) =>
  Array.isArray(node) ? node.flatMap(texts)
  : node === null || node === undefined || typeof node === "boolean" ? []
  : typeof node !== "object" ? [String(node)]
  : typeof node.type === "function" ? texts(node.type(node.props)) : texts(node.props.children);
const [de, en] = [speech("de"), speech("en")];
const told = (value) => console.log(JSON.stringify(value));
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Runs a script beside the parts and reads what it tells."""
    program, rolldown = shutil.which("node"), WEB / "node_modules/rolldown/dist/index.mjs"
    needed(program and rolldown.is_file(), "Node and the packages of the front end (python hatch_build.py)")
    folder = tmp_path_factory.mktemp("parts")
    entry = folder / "entry.ts"
    entry.write_text("".join(f'export {{ {name} }} from "{WEB}/src/{file}";\n' for file, name in PARTS.items()))
    names = {"ROLLDOWN": rolldown.as_uri(), "ENTRY": str(entry), "OUT": str(folder / "parts.mjs")}
    script = BUNDLE
    for name, value in names.items():
        script = script.replace(name, json.dumps(value))

    def run(text: str) -> Any:
        file = folder / "script.mjs"
        file.write_text(text)
        done = subprocess.run([str(program), str(file)], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout or "null")

    run(script)
    return lambda text: run(BEGIN + text)


def test_a_result_that_ends_after_a_reload_is_opened_where_nothing_is(node: Any) -> None:
    state = node("""
      const server = { made: [], jobs: [job("a", "running")] };
      const bench = chapter(server);
      await bench.start("");
      Object.assign(server, { made: ["a"], jobs: [job("a", "done")] });
      await look();
      told(bench.state);
    """)
    assert (state["name"], state["part"], state["problem"]) == ("a", "result", None)


def test_what_was_asked_for_before_the_chapter_was_left_is_opened_when_one_comes_back(node: Any) -> None:
    state = node("""
      const server = { made: ["old"], jobs: [job("new", "running")] };
      const left = chapter(server);
      await left.start("old");
      await left.begin({ name: "new" });
      left.close();
      Object.assign(server, { made: ["old", "new"], jobs: [job("new", "done")] });
      const back = chapter(server);
      await back.start("old");
      const again = chapter(server);
      await again.start("old");
      told([back.state.name, again.state.name]);
    """)
    assert state == ["new", "old"]


def test_a_plan_asked_for_before_the_planning_was_left_is_opened_when_one_comes_back(node: Any) -> None:
    names = node("""
      const plan = (state) => ({ ...job("1", state, "new"), kind: "plan" });
      const server = { made: ["old"], jobs: [plan("running")] };
      const left = planning(server);
      await left.start("old");
      left.change({ name: "new", budget: "1000" });
      const isBegun = await left.begin();
      left.close();
      Object.assign(server, { made: ["old", "new"], jobs: [plan("done")] });
      const back = planning(server);
      await back.start("old");
      const again = planning(server);
      await again.start("old");
      told([isBegun, back.state.plan.name, again.state.plan.name]);
    """)
    assert names == [True, "new", "old"]


def test_a_question_about_one_plan_is_not_asked_of_another_and_one_deleted_elsewhere_leaves_the_list(node: Any) -> None:
    sure, gone, removed = node("""
      const server = { made: ["a", "b"], jobs: [] };
      const planner = planning(server);
      await planner.start("a");
      planner.sure("remove");
      const before = planner.state.sure;
      await planner.open("b");
      const sure = [before, planner.state.plan.name, planner.state.sure];
      server.made = ["b"];
      await planner.open("a");
      const gone = planner.state;
      server.made = [];
      await planner.remove("b");
      told([sure, gone, planner.state]);
    """)
    assert sure == ["remove", "b", ""]
    assert ([one["name"] for one in gone["plans"]], gone["plan"]["name"]) == (["b"], "b")
    assert gone["problem"]["status"] == 404
    assert (removed["plans"], removed["plan"], removed["problem"]) == ([], None, None)


def test_a_threshold_is_told_as_people_write_it(node: Any) -> None:
    told = node("""told([[2, 1], [600, 1000, 1500], [[10, 1], [16, 1.5]], ["1949_to_1978"], 0.95]
      .map((one) => plainValue(one, de)))""")
    assert [plain(one) for one in told] == ["2 / 1", "600 – 1.000 – 1.500", "10 → 1; 16 → 1,5", "1949–1978", "0,95"]


def test_a_result_that_another_window_replaced_is_read_again(node: Any) -> None:
    state = node("""
      const server = { made: ["a", "b"], jobs: [job("1", "running", "a")], state: "old" };
      const bench = chapter(server);
      await bench.start("a");
      Object.assign(server, { state: "new", jobs: [job("1", "done", "a")] });
      await look();
      told(bench.state.result);
    """)
    assert state == {"name": "a", "state": "new"}


def test_a_question_about_one_result_is_not_asked_of_another_one(node: Any) -> None:
    asked = node("""
      const bench = chapter({ made: ["a", "b"], jobs: [] });
      await bench.start("a");
      bench.ask("remove");
      const before = bench.state.sure;
      await bench.open("b");
      told([before, bench.state.name, bench.state.sure]);
    """)
    assert asked == ["remove", "b", ""]


def test_a_result_that_was_deleted_elsewhere_leaves_the_list(node: Any) -> None:
    opened, removed = node("""
      const server = { made: ["a", "b"], jobs: [] };
      const bench = chapter(server);
      await bench.start("a");
      server.made = ["a"];
      await bench.open("b");
      const opened = bench.state;
      server.made = ["c"];
      await bench.remove("a");
      told([opened, bench.state]);
    """)
    assert ([one["name"] for one in opened["entries"]], opened["name"]) == (["a"], "a")
    assert opened["problem"]["status"] == 404
    assert ([one["name"] for one in removed["entries"]], removed["name"], removed["problem"]) == (["c"], "c", None)


def test_where_the_first_answers_fail_nothing_is_claimed_and_a_turn_asks_again(node: Any) -> None:
    before, after = node("""
      const server = { made: ["a"], jobs: [], away: true };
      const bench = chapter(server);
      await bench.start("a");
      const before = bench.state;
      server.away = false;
      bench.turn("result");
      await soon();
      told([before, bench.state]);
    """)
    assert (before["loaded"], before["problem"]["status"]) == (False, 0)
    assert (after["loaded"], after["problem"], after["name"]) == (True, None, "a")


def test_a_component_that_the_day_does_not_know_gives_way_to_the_count(node: Any) -> None:
    figures = node("""
      const test = { mismatch: { whole: { figures: { overcrowded: {}, underoccupied: {} } } } };
      const day = { known: ["green", "supply"] };
      told([["green", false], ["heat", false], ["underoccupied", false], ["underoccupied", true], ["green", true]]
        .map(([name, isRooms]) => figureOf(test, day, isRooms, name)));
    """)
    assert figures == ["green", "several", "several", "underoccupied", "overcrowded"]


def test_few_people_are_under_ten_as_on_paper_and_no_range_is_nothing_open(node: Any) -> None:
    people, sure = node("""
      const several = { share: 0.25, low: 0.25, high: 0.25, drawn_low: null, drawn_high: null, status: "ok" };
      const day = { whole: { figures: { several } }, choices: [] };
      told([
        [people(0, 0, de), people(0, 20, de), people(1230, 1230, de), people(null, 20, en)],
        texts(Sureness({ test: { incidence: [], scenarios: [] }, day, say: de })),
      ]);
    """)
    assert people == ["unter 10", "0–20", "1.230", "–"]
    assert "nichts" in sure and "25 %" not in [plain(one) for one in sure]


def test_the_lab_tells_whom_only_the_stress_test_counts_as_overcrowded(node: Any) -> None:
    whole = {"crowded_persons_low": 7400, "crowded_persons_high": 7980, "alone_in_one_room": 1110}
    told = node(f"told(texts(Today({{ lab: {{ whole: {json.dumps(whole)} }}, say: de }})).join(' '))")
    assert "7.400–7.980" in told and "allein in einem Zimmer wohnt (1.110 Menschen), ist hier nicht" in told


def test_a_refusal_is_told_in_the_readers_language_and_called_so(node: Any) -> None:
    german, english, bare = node("""
      const german = { ...nothing, what: "rooms.csv ist nicht lesbar", expected: "eine Tabelle" };
      const problem = { ...nothing, status: 422, what: "rooms.csv cannot be read", expected: "a table", german };
      told([
        texts(Refusal({ problem, say: de })),
        texts(Refusal({ problem, say: en })),
        texts(Refusal({ problem: { ...problem, german: null }, say: de })),
      ]);
    """)
    assert german == ["rooms.csv ist nicht lesbar", "Einzelheiten des Servers", "eine Tabelle"]
    assert english == ["rooms.csv cannot be read", "Details of the server", "a table"]
    assert bare[:2] == ["Das hat nicht geklappt.", "Einzelheiten des Servers (englisch)"]


def test_an_address_as_people_write_it_finds_its_street_and_a_name_with_a_number_stays_whole(node: Any) -> None:
    asked = ["Schillerstr. 12-14, 67655 Lautern", "schiller strasse 3 a", "Am Markt, Neustadt", "Bezirk 12", "xy 1"]
    found = node(f"""
      const names = {{ "Schillerstraße": "schillerstrasse", "Am Markt": "am markt" }};
      for (let n = 1; n <= 12; n++) names[`Bezirk ${{n}}`] = `bezirk ${{n}}`;
      const index = Object.entries(names).map(([name, key]) => ({{ kind: "street", name, key, beside: "" }}));
      told({json.dumps(asked)}.map((text) => [matches(index, text), text])
        .map(([some, text]) => [some[0]?.name ?? "", isCut(some, text)]));
    """)
    assert found == [*[["Schillerstraße", True]] * 2, ["Am Markt", False], ["Bezirk 12", False], ["", False]]


def test_a_street_with_a_home_without_a_way_is_not_near_enough_everywhere(node: Any) -> None:
    told = node("""
      const judged = (...metres) => {
        const of = { green_distance_m: metres, green_distance_m_status: metres.map((one) => one ?? "unreachable") };
        const value = (name, row) => of[name]?.[row];
        const table = {
          has: (name) => name in of, number: (name, row) => value(name, row) ?? null,
          text: (name, row) => [value(name, row)].find((one) => typeof one === "string") ?? "",
        };
        const parameters = { "green.standard": { value: "a" }, "green_standards.a.maximum_distance_m": { value: 500 } };
        const data = { cells: { table }, quarters: { table: { row: () => undefined } } };
        const study = { parameters, prerequisites: [], services: [] };
        return factsOf({ ...data, study }, [...metres.keys()], "", de).groups[0].facts[0];
      };
      told([judged(200, 300), judged(200, null), judged(null)].map((one) => [one.judgement, one.verdict]));
    """)
    assert told == [["met", "Nah genug"], ["part", "Nicht überall nah genug"], ["unknown", ""]]


def test_a_range_of_shares_ends_in_one_sign_at_most(node: Any) -> None:
    told = node(
        "told([[0.19, 0.32], [0, 0.004], [0, 0.2], [0, 0]].map(([low, high]) => rangeText(low, null, high, de)))"
    )
    assert [plain(one) for one in told] == ["19–32 %", "< 1 %", "0–20 %", "0 %"]


def test_cells_get_the_colours_of_a_new_theme_once_no_tile_of_the_old_one_is_on_its_way(node: Any) -> None:
    seen = node("""
      const corners = [7.5, 49.501, 7.501, 49.501, 7.501, 49.5, 7.5, 49.5];
      const cells = new CellTiles({ table: { length: 1 }, corners });
      const theme = (color) => ({ paint: () => ({ color, blank: null }) });
      const colours = () => Buffer.from(cells.tile(0, 0, 0)).toString("latin1").match(/#\\w+/g);
      const map = { loaded: false, fresh: 0, isSourceLoaded: () => map.loaded, refreshTiles: () => map.fresh++ };
      cells.paint(theme("#111111"));
      const steps = [[cells.renew(map), map.fresh]]; // nothing is there yet that could be old
      const before = colours();
      cells.paint(theme("#222222"));
      steps.push([cells.renew(map), map.fresh]); // a tile is on its way
      map.loaded = true;
      steps.push([cells.renew(map), map.fresh], [cells.renew(map), map.fresh]);
      told([before, colours(), steps]);
    """)
    assert seen == [["#111111"], ["#222222"], [[False, 0], [True, 0], [True, 1], [False, 1]]]


def test_a_new_map_is_drawn_when_it_is_whole_or_when_somebody_moves_it(node: Any) -> None:
    drawn = node("""
      let drawn = 0;
      const map = {
        painter: { render: () => drawn++ }, whole: false, moves: false, loaded: () => map.whole,
        isMoving: () => map.moves, triggerRepaint: () => undefined, once: () => undefined,
      };
      spareFirstPictures(map);
      const after = (change) => { Object.assign(map, change); map.painter.render(); return drawn; };
      told([after({}), after({ moves: true }), after({ moves: false }), after({ whole: true })]);
    """)
    assert drawn == [0, 1, 1, 2]


def test_the_page_knows_every_stage_of_a_job_in_both_languages(node: Any) -> None:
    beside = {
        "plans",
        "concepts",
        "unchanged",
        "files",
        "kernels compiled, once on this machine",
    }  # words in their notes
    titles = {english: german for english, german in _DE.items() if english not in beside}
    both = node(f"told({json.dumps(titles)} && Object.entries({json.dumps(titles)}).map(([one, other]) => "
                "[stageText(one, de), stageText(other, en)]))")  # fmt: skip
    assert both == [[german, english] for english, german in titles.items()]
