// The frame around every screen: navigation with the accounts' health, freezes, theme, and what server this is.
import type { ReactNode } from "react";
import { type Resource, reloadEverything } from "../api/resource.ts";
import type { AccountSummary, Overview } from "../api/types.ts";
import * as number from "../format/number.ts";
import { moment, zoneName } from "../format/time.ts";
import { Mark, toneOf } from "../parts/marks.tsx";
import { href, type Route } from "../route.ts";
import { texts } from "../texts.ts";
import { FreezeBanners, FreezeButton } from "./freeze.tsx";
import { ThemeToggle } from "./theme.tsx";

function MenuLink({
  to,
  here,
  children,
  aside,
}: {
  to: string;
  here: boolean;
  children: ReactNode;
  aside?: ReactNode;
}) {
  return (
    <li>
      <a href={to} aria-current={here ? "page" : undefined}>
        {children}
        {aside && <span className="aside">{aside}</span>}
      </a>
    </li>
  );
}

function AccountLinks({
  accounts,
  current,
}: {
  accounts: readonly AccountSummary[];
  current: string | undefined;
}) {
  return (
    <ul className="accounts">
      {accounts.map((a) => (
        <MenuLink
          key={a.id}
          to={href(["accounts", a.id])}
          here={current === a.id}
          aside={a.health.score === null ? "–" : number.score(a.health.score)}
        >
          <Mark tone={toneOf(a.health.status, a.health.score)} />
          <span className="name">{a.name}</span>
          <span className="sr-only">{texts.status[a.health.status]}</span>
        </MenuLink>
      ))}
    </ul>
  );
}

function Menu({ data, route }: { data: Overview | null; route: Route }) {
  const { navigation } = texts;
  const [first, second] = route.path;
  const opening = data?.accounts[0];
  return (
    <nav className="menu" aria-label={navigation.label}>
      <ul>
        <MenuLink to={href([])} here={first === undefined}>
          {navigation.overview}
        </MenuLink>
        {opening && (
          <li>
            <a
              href={href(["accounts", opening.id])}
              aria-current={first === "accounts" ? "true" : undefined}
              className="accounts-link"
            >
              {navigation.accounts}
            </a>
            <AccountLinks
              accounts={data.accounts}
              current={first === "accounts" ? second : undefined}
            />
          </li>
        )}
        <MenuLink to={href(["incidents"])} here={first === "incidents"}>
          {navigation.incidents}
        </MenuLink>
        <MenuLink
          to={href(["decisions"])}
          here={first === "decisions"}
          aside={
            data && data.open_proposals > 0
              ? texts.overview.waitingCount(data.open_proposals)
              : null
          }
        >
          {navigation.decisions}
        </MenuLink>
        <MenuLink to={href(["attribution"])} here={first === "attribution"}>
          {navigation.attribution}
        </MenuLink>
        <MenuLink to={href(["ledger"])} here={first === "ledger"}>
          {navigation.ledger}
        </MenuLink>
        <MenuLink to={href(["trial"])} here={first === "trial"}>
          <span className="wide-only">{navigation.trial}</span>
          <span className="narrow-only">{navigation.trialShort}</span>
        </MenuLink>
      </ul>
    </nav>
  );
}

function Facts({ data }: { data: Overview }) {
  const { shell } = texts;
  return (
    <dl className="facts">
      <dt>{shell.policy}</dt>
      <dd>
        <a href={href(["trial"])}>{data.policy.version}</a>
      </dd>
      <dt>{shell.listening}</dt>
      <dd>{data.listening}</dd>
      {data.identity === "unverified" && (
        <>
          <dt>{shell.identity}</dt>
          <dd>{shell.unverified}</dd>
        </>
      )}
      <dt>{shell.times}</dt>
      <dd>{zoneName()}</dd>
    </dl>
  );
}

const Wordmark = () => (
  <a className="wordmark" href={href([])}>
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M0 1.5h16v1.7H0zM0 5.6h10.6v2.9H0zM12.2 5.6H16v2.9h-3.8zM0 10.9h16v3.6H0z" />
    </svg>
    {texts.product}
  </a>
);

export function Shell({
  overview,
  route,
  children,
}: {
  overview: Resource<Overview>;
  route: Route;
  children: ReactNode;
}) {
  const { data } = overview;
  return (
    <div className="shell">
      <button type="button" className="skip" onClick={skip}>
        {texts.skip}
      </button>
      <header className="rail">
        <div className="brand">
          <Wordmark />
          {data && (
            <p className="tenant">
              <span className="tenant-name">{data.tenant.name} </span>
              {data.tenant.simulation && (
                <span className="tag" title={texts.shell.simulationTitle}>
                  {texts.shell.simulation}
                </span>
              )}
            </p>
          )}
        </div>
        <Menu data={data} route={route} />
        {data && <Facts data={data} />}
      </header>
      <div className="page">
        <div className="strip">
          {data && <span className="quiet small as-of">{texts.shell.asOf(moment(data.now))}</span>}
          <button
            type="button"
            className="icon-button"
            onClick={reloadEverything}
            aria-label={texts.shell.refresh}
            title={texts.shell.refresh}
          >
            <svg
              viewBox="0 0 16 16"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.5"
              aria-hidden="true"
            >
              <path d="M13.5 8A5.5 5.5 0 1 1 11.6 3.9M13.4 1.6v3h-3" />
            </svg>
          </button>
          <span className="grow" />
          <ThemeToggle />
          {data && data.accounts.length > 0 && <FreezeButton accounts={data.accounts} />}
        </div>
        {data && <FreezeBanners overview={data} />}
        <main id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}

/** A button, not a link: the address is the route, and skipping must not change it. */
function skip(): void {
  document.getElementById("main")?.focus();
}
