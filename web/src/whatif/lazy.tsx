import { useEffect, useState } from "preact/hooks";
import type { Props, Workspace as Loaded } from "./workspace";

/** What-if, loaded when somebody opens it: the static site never asks for it. */
export function WhatIf(props: Props) {
  const [Workspace, setWorkspace] = useState<typeof Loaded | null>(null);
  useEffect(() => void import("./workspace").then((module) => setWorkspace(() => module.Workspace)), []);
  return Workspace ? <Workspace {...props} /> : <section class="panel" id="results" tabIndex={-1} />;
}
