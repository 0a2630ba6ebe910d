import { useEffect, useState } from "preact/hooks";
import type { Props, Workspace as Loaded } from "./workspace";

/** Planning, loaded when somebody opens it: only the office's server offers it. */
export function Planning(props: Props) {
  const [Workspace, setWorkspace] = useState<typeof Loaded | null>(null);
  useEffect(() => void import("./workspace").then((module) => setWorkspace(() => module.Workspace)), []);
  return Workspace ? <Workspace {...props} /> : <section class="panel" id="results" tabIndex={-1} />;
}
