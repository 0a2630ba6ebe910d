import { useEffect, useState } from "preact/hooks";
import type { Session, State } from "./session";

/** The session's state; the view is drawn again when it changes. */
export function useSession(session: Session): State {
  const [state, setState] = useState(session.state);
  useEffect(() => {
    setState(session.state);
    return session.subscribe(() => setState(session.state));
  }, [session]);
  return state;
}
