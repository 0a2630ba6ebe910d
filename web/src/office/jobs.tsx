import type { Speech } from "../i18n";
import { duration } from "../plan/amounts";
import type { Job } from "../plan/api";
import { Refusal } from "../plan/refusal";
import { refocus } from "../views/focus";
import { isOpen, type Bench } from "./bench";
import { useBench } from "./use";
import { stageText } from "../plan/stages";

interface Props<About, Result> {
  bench: Bench<About, Result>;
  say: Speech;
}

/** What is under way, and what went wrong until it is dismissed: stage, time, cancel. */
export function Jobs<About, Result>({ bench, say }: Props<About, Result>) {
  const { jobs, silent } = useBench(bench);
  const last = jobs.find((one) => !isOpen(one));
  const shown = [
    ...jobs.filter(isOpen),
    ...jobs.filter((one) => one.state === "failed" || (one === last && one.state === "cancelled")),
  ];
  const told = jobs.find(isOpen) ?? last;
  return (
    <>
      {silent && (
        <Refusal problem={silent} say={say}>
          <p>{say.t("planner.silent")}</p>
        </Refusal>
      )}
      {shown.map((job) => (
        <Card key={job.id} job={job} bench={bench} say={say} />
      ))}
      <p class="visually-hidden" role="status" id="office-said">
        {told ? `${told.name}: ${headline(told, say)}` : ""}
      </p>
    </>
  );
}

function headline(job: Job, say: Speech): string {
  if (job.state === "waiting") return say.t(job.place > 1 ? "planner.waitingN" : "planner.waiting", { n: job.place });
  if (job.state === "running") return job.stage ? stageText(job.stage, say) : say.t("planner.working");
  return say.t(`planner.state.${job.state}`);
}

function Card<About, Result>({ job, bench, say }: Props<About, Result> & { job: Job }) {
  const open = isOpen(job);
  const isRunning = job.state === "running";
  return (
    <section class={`planner-job ${job.state}`} aria-label={say.t("planner.jobOf", { name: job.name })} tabIndex={-1}>
      <div class="planner-row">
        <h3>{job.name}</h3>
        <button type="button" onClick={() => void bench.cancel(job.id).then(refocus)}>
          {say.t(open ? "planner.cancel" : "planner.dismiss")}
        </button>
      </div>
      <p class="planner-stage">{headline(job, say)}</p>
      {isRunning && <progress aria-label={say.t("planner.working")} />}
      {isRunning && (
        <p class="soft">
          {duration(job.seconds, say)}
          {job.limit_seconds ? ` ${say.t("planner.ofAtMost", { time: duration(job.limit_seconds, say) })}` : ""}
        </p>
      )}
      {job.error && <Refusal problem={job.error} say={say} />}
    </section>
  );
}
