// Shows what the control endpoints tell, every two seconds while the page is looked at.
"use strict";

const REFRESH_MS = 2000, CALLS = 40;
const find = (id) => document.getElementById(id);

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

async function ask(path, options = {}) {
  const answer = await fetch(path, { ...options, signal: AbortSignal.timeout(5000) });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error || `HTTP ${answer.status}`);
  return body;
}

function showScenarios({ scenario, known }) {
  const choice = find("scenario");
  if (!choice.options.length) {
    for (const name of Object.keys(known)) choice.add(new Option(name, name));
    choice.disabled = false;
  }
  if (document.activeElement !== choice) choice.value = scenario;
  const text = known[scenario] || "";
  if (find("meaning").textContent !== text) find("meaning").textContent = text;
}

function showQuotas(quotas) {
  const parts = [];
  for (const [provider, quota] of Object.entries(quotas)) {
    parts.push(element("dt", "", `Quota of ${provider}`));
    const limits = [];
    if (quota.requests_per_minute !== null) limits.push(`${quota.used_in_minute} of ${quota.requests_per_minute} in the last minute`);
    if (quota.requests_per_day !== null) limits.push(`${quota.used_in_day} of ${quota.requests_per_day} today`);
    parts.push(element("dd", "", limits.join(", ")));
  }
  find("quotas").replaceChildren(...parts);
}

const amount = (micros, currency) =>
  currency === "XXX" ? String(micros / 1e6) : `${(micros / 1e6).toFixed(4)} ${currency}`;

function showInvoice({ lines }) {
  const rows = lines.map((line) => {
    const row = document.createElement("tr");
    row.append(element("td", "", `${line.provider}, ${line.model}`), element("td", "", line.day),
      element("td", "", line.calls), element("td", "", amount(line.amount_micros, line.currency)));
    return row;
  });
  if (!rows.length) {
    const row = document.createElement("tr"), cell = element("td", "", "Nothing was charged yet.");
    cell.colSpan = 4;
    row.append(cell);
    rows.push(row);
  }
  find("invoice").replaceChildren(...rows);
}

function ending(call) {
  if (call.duration_seconds === null) return ["running", "wait"];
  const seconds = `${call.duration_seconds.toFixed(1)} s`;
  if (call.client_hung_up) return [`client left after ${seconds}`, "bad"];
  if (call.status === null) return [`no answer, ${seconds}`, "bad"];
  return [`${call.status}, ${seconds}`, call.status === 200 ? "good" : "bad"];
}

function showCalls({ total, calls }) {
  find("total").textContent = `${total} in all`;
  const rows = calls.reverse().map((call) => {
    const row = document.createElement("li"), [end, className] = ending(call);
    const what = [call.provider, call.operation, call.behaviour].filter(Boolean).join(" · ");
    row.append(element("span", "what", what), element("span", `end ${className}`, end));
    row.append(element("span", "prompt", `${call.received_at.slice(11, 19)} UTC  ${call.model || call.method}  ${call.prompt}`));
    return row;
  });
  find("calls").replaceChildren(...(rows.length ? rows : [element("li", "", "No call yet.")]));
}

function showPictures(ids, calls) {
  const kept = new Set(ids), list = find("pictures");
  const wanted = calls.filter((call) => kept.has(call.id)).slice(0, 12);
  const now = wanted.map((call) => call.id).join();
  if (list.dataset.shown === now) return;
  list.dataset.shown = now;
  const items = wanted.map((call) => {
    const item = document.createElement("li"), image = document.createElement("img");
    image.src = `/control/pictures/${encodeURIComponent(call.id)}`;
    image.alt = `${call.operation || "picture"} by ${call.provider}`;
    image.loading = "lazy";
    item.append(image);
    return item;
  });
  list.replaceChildren(...(items.length ? items : [element("li", "", "None yet.")]));
}

async function refresh() {
  const trouble = find("trouble");
  try {
    const [scenarios, quotas, invoice, calls, pictures] = await Promise.all([
      ask("/control/scenario"), ask("/control/quota"), ask("/control/invoice"),
      ask(`/control/calls?limit=${CALLS}`), ask("/control/pictures"),
    ]);
    showScenarios(scenarios);
    showQuotas(quotas);
    showInvoice(invoice);
    showCalls(calls);
    showPictures(pictures.ids, calls.calls);
    trouble.hidden = true;
  } catch (error) {
    trouble.textContent = `The sandbox does not answer: ${error.message}`;
    trouble.hidden = false;
  }
}

find("scenario").addEventListener("change", async (event) => {
  try {
    showScenarios(await ask("/control/scenario", { method: "PUT", body: JSON.stringify({ name: event.target.value }) }));
  } finally {
    await refresh();
  }
});

async function keepShowing() {
  if (!document.hidden) await refresh();
  setTimeout(keepShowing, REFRESH_MS);
}
keepShowing();
