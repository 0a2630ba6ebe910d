import type { Speech } from "../i18n";
import { duration, unitText } from "./amounts";
import type { Job } from "./api";
import { Refusal } from "./refusal";
import type { Planner } from "./session";
import { stageText } from "./stages";
import { usePlanner } from "./use";

interface Props {
  planner: Planner;
  say: Speech;
}

const isOpen = (job: Job): boolean => job.state === "waiting" || job.state === "running";

/** What is under way, and what went wrong until it is dismissed: stage, best plan so far, bound, gap, time, cancel. */
export function Jobs({ planner, say }: Props) {
  const { jobs } = usePlanner(planner);
  const last = jobs.find((one) => !isOpen(one));
  const shown = [
    ...jobs.filter(isOpen),
    ...jobs.filter((one) => one.state === "failed" || (one === last && one.state === "cancelled")),
  ];
  const told = jobs.find(isOpen) ?? last;
  return (
    <>
      {shown.map((job) => (
        <JobCard key={job.id} job={job} planner={planner} say={say} />
      ))}
      <p class="visually-hidden" role="status" id="planner-said">
        {told ? `${nameOf(told, say)}: ${headline(told, say)}` : ""}
      </p>
    </>
  );
}

const nameOf = (job: Job, say: Speech): string => job.name || say.t("planner.job.prepare");

function headline(job: Job, say: Speech): string {
  if (job.state === "waiting") return say.t(job.place > 1 ? "planner.waitingN" : "planner.waiting", { n: job.place });
  if (job.state === "running") return job.stage ? stageText(job.stage, say) : say.t("planner.working");
  return say.t(`planner.state.${job.state}`);
}

function JobCard({ job, planner, say }: Props & { job: Job }) {
  const open = isOpen(job);
  return (
    <section class={`planner-job ${job.state}`} aria-label={say.t("planner.jobOf", { name: nameOf(job, say) })} tabIndex={-1}>
      <div class="planner-row">
        <h3>{say.t(`planner.job.${job.kind}`, { name: job.name })}</h3>
        <button type="button" onClick={() => void planner.cancel(job.id)}>
          {say.t(open ? "planner.cancel" : "planner.dismiss")}
        </button>
      </div>
      <p class="planner-stage">{headline(job, say)}</p>
      {job.state === "running" && <progress aria-label={say.t("planner.working")} />}
      {job.state === "running" && <Found job={job} say={say} />}
      {job.error && <Refusal problem={job.error} say={say} />}
    </section>
  );
}

/** The best plan so far and what no plan can exceed. */
function Found({ job, say }: { job: Job; say: Speech }) {
  if (job.kind === "prepare") return <p class="soft">{duration(job.seconds, say)}</p>;
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
