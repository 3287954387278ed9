// What went wrong, and how soon it was noticed; a demand shift stands beside the faults as what it is not.
import { read } from "../api/client.ts";
import { useResource } from "../api/resource.ts";
import type { Incident, Overview } from "../api/types.ts";
import { between } from "../format/time.ts";
import { Section } from "../parts/section.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { When } from "../parts/when.tsx";
import { href } from "../route.ts";
import { incidentKinds, incidentSentences } from "../texts/codes.ts";
import { named, texts } from "../texts.ts";

const isOpen = (i: Incident, now: string): boolean => i.to === null || i.to > now;

function sentence(incident: Incident): string | null {
  const make = incidentSentences[incident.summary.code];
  return make ? make(incident.summary.params ?? {}) : null;
}

function Noticed({ incident }: { incident: Incident }) {
  const { incidents: words } = texts;
  if (incident.first_noticed_at !== null) {
    return (
      <time dateTime={incident.first_noticed_at} title={incident.first_noticed_at}>
        {between(incident.from, incident.first_noticed_at)}
      </time>
    );
  }
  return incident.fault ? (
    <b className="alarm">{words.notNoticed}</b>
  ) : (
    <span className="quiet">{words.rightlyQuiet}</span>
  );
}

function Row({ incident, overview }: { incident: Incident; overview: Overview }) {
  const { incidents: words } = texts;
  const account = overview.accounts.find((a) => a.id === incident.account);
  const open = isOpen(incident, overview.now);
  return (
    <tr>
      <th scope="row" className="col-kind">
        <div className="kind">
          <span className="incident-mark" data-fault={incident.fault} aria-hidden="true" />
          <span>
            {named(incidentKinds, incident.kind)}
            <span className="sr-only">, {incident.fault ? words.fault : words.noFault}</span>
            <span className="second small what">{sentence(incident)}</span>
          </span>
        </div>
      </th>
      <td className="col-account" data-label="">
        <a href={href(["accounts", incident.account])}>{account?.name ?? incident.account}</a>
      </td>
      <td className="col-from" data-label={words.from}>
        <When at={incident.from} />
      </td>
      <td className="number col-length" data-label={words.length}>
        {between(incident.from, incident.to ?? overview.now)}
        {open && (
          <>
            {" "}
            <b className="alarm">{words.ongoing}</b>
          </>
        )}
      </td>
      <td className="number col-noticed" data-label={words.noticed}>
        <Noticed incident={incident} />
      </td>
      <td className="col-source" data-label="">
        {incident.source === "simulation_truth" ? (
          <span className="tag">{words.sources.simulation_truth}</span>
        ) : (
          words.sources.observed
        )}
      </td>
    </tr>
  );
}

function IncidentTable({
  incidents,
  overview,
}: {
  incidents: readonly Incident[];
  overview: Overview;
}) {
  const { incidents: words } = texts;
  const open = incidents.filter((i) => isOpen(i, overview.now)).length;
  if (incidents.length === 0) return <Empty title={words.empty.title} text={words.empty.text} />;
  return (
    <Section title={words.open(open)}>
      <table className="incident-table">
        <thead>
          <tr>
            <th scope="col">{words.kind}</th>
            <th scope="col">{words.account}</th>
            <th scope="col">{words.from}</th>
            <th scope="col" className="number">
              {words.length}
            </th>
            <th scope="col" className="number">
              {words.noticed}
            </th>
            <th scope="col">{words.source}</th>
          </tr>
        </thead>
        <tbody>
          {incidents.map((incident) => (
            <Row key={incident.id} incident={incident} overview={overview} />
          ))}
        </tbody>
      </table>
    </Section>
  );
}

export function IncidentsScreen({ overview }: { overview: Overview }) {
  const incidents = useResource("incidents", read.incidents, 30);
  return (
    <>
      <h1>{texts.incidents.title}</h1>
      <p className="lede">{texts.incidents.intro}</p>
      <Shown of={incidents}>
        {(data) => <IncidentTable incidents={data.incidents} overview={overview} />}
      </Shown>
    </>
  );
}
