import type { Speech } from "../i18n";
import { duration } from "../office/amounts";
import type { Job } from "../office/job";
import { Time } from "../office/jobs";
import { unitText } from "./amounts";

/** Of a running search: the best plan so far and what no plan can exceed; of a preparation its time. */
export function Found({ job, say }: { job: Job; say: Speech }) {
  if (job.kind === "prepare") return <Time job={job} say={say} />;
  const time = duration(job.seconds, say);
  const most = job.limit_seconds ? say.t("planner.ofAtMost", { time: duration(job.limit_seconds, say) }) : "";
  return (
    <>
      <dl class="planner-found">
        {job.of_plans != null && (
          <div>
            <dt>{say.t("planner.plansFound")}</dt>
            <dd>{say.number(job.n_plans ?? 0)}</dd>
          </div>
        )}
        <div>
          <dt>{say.t("planner.incumbent")}</dt>
          <dd>{job.incumbent === null ? say.t("planner.noneYet") : unitText(job.incumbent, job.unit, say)}</dd>
        </div>
        <div>
          <dt>{say.t("planner.bound")}</dt>
          <dd>{job.bound === null ? say.t("planner.noneYet") : unitText(job.bound, job.unit, say)}</dd>
        </div>
        <div>
          <dt>{say.t("planner.gapNow")}</dt>
          <dd>{job.gap === null ? say.t("planner.noneYet") : say.share(job.gap, 1)}</dd>
        </div>
        <div>
          <dt>{say.t("planner.time")}</dt>
          <dd>
            {time} <small>{most}</small>
          </dd>
        </div>
      </dl>
      <Course job={job} say={say} />
    </>
  );
}

const [WIDTH, HEIGHT] = [300, 70];

/** How plan and bound came towards each other; the figures beside it say where they are. */
function Course({ job, say }: { job: Job; say: Speech }) {
  const steps = job.trail.filter((one) => one.incumbent !== null || one.bound !== null);
  if (steps.length < 2) return null;
  const values = steps.flatMap((one) => [one.incumbent, one.bound]).filter((one) => one !== null);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const last = Math.max(...steps.map((one) => one.seconds), 1);
  const line = (name: "incumbent" | "bound"): string =>
    steps
      .flatMap((one) => {
        const value = one[name];
        if (value === null) return [];
        const [x, y] = [
          (one.seconds / last) * (WIDTH - 4) + 2,
          HEIGHT - 4 - ((value - low) / (high - low || 1)) * (HEIGHT - 8),
        ];
        return [`${x.toFixed(1)},${y.toFixed(1)}`];
      })
      .join(" ");
  return (
    <svg class="planner-course" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={say.t("planner.course")}>
      <polyline class="bound" points={line("bound")} />
      <polyline class="incumbent" points={line("incumbent")} />
    </svg>
  );
}
