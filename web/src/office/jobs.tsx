import type { ComponentChildren } from "preact";
import type { Speech } from "../i18n";
import { refocus } from "../views/focus";
import { duration } from "./amounts";
import { isOpen, type Job } from "./job";
import { Refusal } from "./refusal";
import { stageText } from "./stages";
import { useStore } from "./use";
import type { Chapter } from "./watch";

interface Props {
  chapter: Chapter;
  say: Speech;
  /** what is told of a running job beside its stage, in place of its time */
  more?: (job: Job) => ComponentChildren;
}

/** What is under way, and what went wrong until it is dismissed: stage, time, cancel. */
export function Jobs({ chapter, say, more = (job) => <Time job={job} say={say} /> }: Props) {
  const { jobs, silent } = useStore(chapter);
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
        <Card key={job.id} job={job} say={say} cancel={() => chapter.cancel(job.id)}>
          {job.state === "running" && more(job)}
        </Card>
      ))}
      <p class="visually-hidden" role="status" id="office-said">
        {told ? `${nameOf(told, say)}: ${headline(told, say)}` : ""}
      </p>
    </>
  );
}

const nameOf = (job: Job, say: Speech): string => job.name || say.t("planner.job.prepare");

/** What it makes: „Plan“ or „Trade-off“ and its name; of other chapters the name alone. */
function titleOf(job: Job, say: Speech): string {
  if (job.kind === "plan" || job.kind === "front") return say.t(`planner.job.${job.kind}`, { name: job.name });
  return nameOf(job, say);
}

function headline(job: Job, say: Speech): string {
  if (job.state === "waiting") return say.t(job.place > 1 ? "planner.waitingN" : "planner.waiting", { n: job.place });
  if (job.state === "running") return job.stage ? stageText(job.stage, say) : say.t("planner.working");
  return say.t(`planner.state.${job.state}`);
}

interface CardProps {
  job: Job;
  say: Speech;
  cancel: () => Promise<void>;
  children: ComponentChildren;
}

function Card({ job, say, cancel, children }: CardProps) {
  return (
    <section
      class={`planner-job ${job.state}`}
      aria-label={say.t("planner.jobOf", { name: nameOf(job, say) })}
      tabIndex={-1}
    >
      <div class="planner-row">
        <h3>{titleOf(job, say)}</h3>
        <button type="button" onClick={() => void cancel().then(refocus)}>
          {say.t(isOpen(job) ? "planner.cancel" : "planner.dismiss")}
        </button>
      </div>
      <p class="planner-stage">{headline(job, say)}</p>
      {job.state === "running" && <progress aria-label={say.t("planner.working")} />}
      {children}
      {job.error && <Refusal problem={job.error} say={say} />}
    </section>
  );
}

/** How long it has run, and how long it may. */
export function Time({ job, say }: { job: Job; say: Speech }) {
  return (
    <p class="soft">
      {duration(job.seconds, say)}
      {job.limit_seconds ? ` ${say.t("planner.ofAtMost", { time: duration(job.limit_seconds, say) })}` : ""}
    </p>
  );
}
