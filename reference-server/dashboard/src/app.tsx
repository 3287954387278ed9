// Which screen is shown, and what every screen may know: the overview and the policy's thresholds.
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { read } from "./api/client.ts";
import { readPolicy } from "./api/policy.ts";
import { type Resource, useResource } from "./api/resource.ts";
import type { Overview } from "./api/types.ts";
import { ThresholdsContext } from "./parts/range.tsx";
import { Empty, Shown } from "./parts/states.tsx";
import { href, parseRoute, type Route, useHash } from "./route.ts";
import { AccountScreen } from "./screens/account.tsx";
import { AttributionScreen } from "./screens/attribution/screen.tsx";
import { DecisionsScreen } from "./screens/decisions/screen.tsx";
import { IncidentsScreen } from "./screens/incidents.tsx";
import { LedgerScreen } from "./screens/ledger.tsx";
import { OverviewScreen } from "./screens/overview/screen.tsx";
import { TrialScreen } from "./screens/trial/screen.tsx";
import { Shell } from "./shell/shell.tsx";
import { texts } from "./texts.ts";

function screenOf(route: Route, overview: Resource<Overview>): ReactNode {
  const [first, second] = route.path;
  const shown = (draw: (data: Overview) => ReactNode) => <Shown of={overview}>{draw}</Shown>;
  switch (first) {
    case undefined:
      return shown((data) => <OverviewScreen overview={data} />);
    case "accounts":
      return shown((data) => (
        <AccountScreen key={second} overview={data} id={second ?? ""} query={route.query} />
      ));
    case "incidents":
      return shown((data) => <IncidentsScreen overview={data} />);
    case "decisions":
      return shown((data) => (
        <DecisionsScreen overview={data} selected={second} query={route.query} />
      ));
    case "attribution":
      return shown((data) => <AttributionScreen overview={data} query={route.query} />);
    case "ledger":
      return shown((data) => <LedgerScreen overview={data} selected={second} />);
    case "trial":
      return shown((data) => <TrialScreen overview={data} />);
    default:
      return (
        <Empty title={texts.notFound.title} text={texts.notFound.text}>
          <p>
            <a href={href([])}>{texts.notFound.back}</a>
          </p>
        </Empty>
      );
  }
}

const TITLES: Record<string, string> = {
  accounts: texts.navigation.accounts,
  incidents: texts.navigation.incidents,
  decisions: texts.navigation.decisions,
  attribution: texts.navigation.attribution,
  ledger: texts.navigation.ledger,
  trial: texts.navigation.trial,
};

/** A new screen starts at its top, with the focus where reading begins. */
function useArrival(screen: string): void {
  const last = useRef(screen);
  useEffect(() => {
    document.title = `${TITLES[screen.split("/")[0] ?? ""] ?? texts.navigation.overview} · ${texts.product}`;
    if (last.current === screen) return;
    last.current = screen;
    window.scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [screen]);
}

export function App() {
  const hash = useHash();
  const route = useMemo(() => parseRoute(hash), [hash]);
  const overview = useResource("overview", read.overview, 30);
  const policy = useResource("policy", read.policy);
  const thresholds = useMemo(() => {
    if (!policy.data) return null;
    const { healthy, degraded } = readPolicy(policy.data.policy);
    return { healthy, degraded };
  }, [policy.data]);
  const [first = "", second = ""] = route.path;
  useArrival(first === "accounts" ? `${first}/${second}` : first);
  return (
    <ThresholdsContext value={thresholds}>
      <Shell overview={overview} route={route}>
        {screenOf(route, overview)}
      </Shell>
    </ThresholdsContext>
  );
}
