// Puts the dashboard into the page.
import "@fontsource-variable/archivo/wght.css";
import "./style/tokens.css";
import "./style/base.css";
import "./style/shell.css";
import "./style/parts.css";
import "./style/charts.css";
import "./style/screens/shared.css";
import "./style/screens/overview.css";
import "./style/screens/account.css";
import "./style/screens/decisions.css";
import "./style/screens/incidents.css";
import "./style/screens/attribution.css";
import "./style/screens/ledger.css";
import "./style/screens/trial.css";
import "./style/narrow.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
