/** The pages about incidents, loaded when one of them is opened. */
import "./incidents.css";
import { IncidentPage } from "./incident.tsx";
import { IncidentsPage } from "./incidents.tsx";

export default function IncidentArea({ id }: { id: string | undefined }) {
  return id ? <IncidentPage key={id} id={id} /> : <IncidentsPage />;
}
