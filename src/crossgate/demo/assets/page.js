// Makes the fetches of the plan, and shows what the browser let the page see beside what Crossgate expected.
// Whatever comes from outside is shown as text, never as markup.

const PATIENCE = 15_000; // milliseconds
const EXCERPT = 700; // characters of a body
const WORDS = {
  allowed: "Allowed",
  blocked: "Blocked",
  ended: "No answer from the demo",
};

const find = (selector, within = document) => within.querySelector(selector);
const copy = (id) => find(`template#${id}`).content.firstElementChild.cloneNode(true);

const element = (name, text, className = "") => {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
};

const readPlan = async () => {
  const response = await fetch("plan.json", { signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
};

// The request as the page asks for it; the browser adds the Origin, and what it always sends.
const requestText = (trial, origin) =>
  [
    `${trial.method} ${trial.url}`,
    `Origin: ${origin}`,
    ...trial.headers.map(([name, value]) => `${name}: ${value}`),
    ...(trial.credentials ? ["with credentials: the browser's cookies"] : []),
  ].join("\n");

const attempt = async (trial) => {
  let response;
  try {
    response = await fetch(trial.url, {
      method: trial.method,
      headers: trial.headers,
      body: trial.body ?? undefined,
      credentials: trial.credentials ? "include" : "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch (error) {
    return { outcome: "blocked", error: String(error) };
  }
  return {
    outcome: "allowed",
    status: `${response.status} ${response.statusText}`.trim(),
    headers: [...response.headers],
    body: await response.text(),
    header: trial.looks_for === null ? null : response.headers.has(trial.looks_for) ? "readable" : "hidden",
  };
};

const agrees = (found, expected) =>
  found.outcome === expected.outcome && (found.outcome !== "allowed" || found.header === expected.header);

const headerText = (trial, found) => {
  if (found.header === null) return "";
  const value = found.headers.find(([name]) => name === trial.looks_for)?.[1];
  return value === undefined
    ? `, but ${trial.looks_for} is hidden from it`
    : `, and in it ${trial.looks_for}: ${value}`;
};

const answerText = (found) => {
  const body = found.body.length > EXCERPT ? `${found.body.slice(0, EXCERPT)} …` : found.body;
  return [found.status, ...found.headers.map(([name, value]) => `${name}: ${value}`), "", body].join("\n");
};

const showFound = (article, trial, found) => {
  const asExpected = agrees(found, trial.expected);
  article.dataset.outcome = found.outcome;
  article.dataset.agrees = asExpected;
  article.dataset.status = found.status ?? "";
  article.dataset.header = found.header ?? "";
  article.removeAttribute("aria-busy");
  find(".outcome", article).replaceChildren(
    element("strong", WORDS[found.outcome], "badge"),
    element("span", asExpected ? "as expected" : "NOT as expected", "agreement"),
  );
  find(".detail", article).textContent =
    found.outcome === "allowed"
      ? `The page reads the answer, ${found.status}${headerText(trial, found)}.`
      : `The page gets nothing but “${found.error}”.`;
  find("details", article).hidden = found.outcome !== "allowed";
  find(".answer", article).textContent = found.outcome === "allowed" ? answerText(found) : "";
};

// Text in which `code` stands between backticks.
const marked = (text) =>
  text.split("`").map((part, index) => element(index % 2 === 0 ? "span" : "code", part));

const stepItem = (step) => {
  const item = document.createElement("li");
  const what = step.kind === "preflight" ? `${step.method}, the preflight` : step.method;
  item.append(...marked(`${what}: ${step.status} from the ${step.by}, \`${step.outcome}\``));
  if (step.policy !== null) item.append(element("span", `${step.policy}, ${step.place}`, "place"));
  return item;
};

const showExpected = (article, expected) => {
  const header = expected.header === null || expected.outcome === "blocked" ? "" : `, header ${expected.header}`;
  const reason = expected.reason === null ? [] : marked(`: ${expected.reason}`);
  article.dataset.expected = expected.outcome;
  find(".expectation", article).replaceChildren(
    element("span", "Crossgate expects "),
    element("strong", `${expected.outcome}${header}`),
    ...reason,
  );
  find(".steps", article).replaceChildren(...expected.steps.map(stepItem));
};

const begin = (article) => {
  article.setAttribute("aria-busy", "true");
  delete article.dataset.outcome;
  delete article.dataset.agrees;
  find(".outcome", article).replaceChildren(element("strong", "Fetching …", "badge"));
  find(".detail", article).textContent = "";
  find("details", article).hidden = true;
};

const articles = new Map();
const summary = find("#summary");
const runAll = find("#run-all");

// The plan is read anew each time: the configuration may have changed, and a demo that has ended must not
// pass for gateways that block.
const run = async (ids) => {
  ids.forEach((id) => begin(articles.get(id)));
  let plan;
  try {
    plan = await readPlan();
  } catch (error) {
    ids.forEach((id) => showEnded(articles.get(id)));
    summary.textContent = `The demo doesn't answer any more (${error}): is it still running?`;
    return;
  }
  const trials = plan.experiments.flatMap((experiment) => experiment.trials);
  for (const trial of trials.filter(({ id }) => ids.includes(id))) {
    const article = articles.get(trial.id);
    showExpected(article, trial.expected);
    showFound(article, trial, await attempt(trial));
  }
  const done = [...articles.values()].filter((article) => "agrees" in article.dataset);
  const right = done.filter((article) => article.dataset.agrees === "true");
  const last = ids.length === 1 ? `${WORDS[articles.get(ids[0]).dataset.outcome]}. ` : "";
  summary.textContent = `${last}${right.length} of ${done.length} as Crossgate expected.`;
};

const showEnded = (article) => {
  article.removeAttribute("aria-busy");
  article.dataset.outcome = "ended";
  find(".outcome", article).replaceChildren(element("strong", WORDS.ended, "badge"));
};

const gatewayItem = (gateway) => {
  const item = copy("gateway");
  find("dt", item).textContent = gateway.name;
  find(".url", item).textContent = gateway.url;
  find(".file", item).textContent = `examples/${gateway.file}`;
  return item;
};

const trialArticle = (trial, experiment, origin) => {
  const article = copy("trial");
  article.id = trial.id;
  find("h3", article).textContent = trial.gateway;
  find(".request code", article).textContent = requestText(trial, origin);
  find(".outcome", article).replaceChildren(element("span", "Not tried yet", "badge"));
  const button = find("button", article);
  button.setAttribute("aria-label", `Run “${experiment.title}” through ${trial.gateway}`);
  button.addEventListener("click", () => run([trial.id]));
  showExpected(article, trial.expected);
  articles.set(trial.id, article);
  return article;
};

const experimentSection = (experiment, origin) => {
  const section = copy("experiment");
  section.id = experiment.id;
  find("h2", section).textContent = experiment.title;
  find(".about", section).textContent = experiment.about;
  find(".trials", section).append(...experiment.trials.map((trial) => trialArticle(trial, experiment, origin)));
  return section;
};

const start = async () => {
  let plan;
  try {
    plan = await readPlan();
  } catch (error) {
    summary.textContent = `There is no plan to show: ${error}`;
    return;
  }
  find("#origin").textContent = plan.origin;
  for (const link of document.querySelectorAll(".other")) {
    link.textContent = plan.other;
    link.href = `${plan.other}/`;
  }
  find(plan.is_listed ? "#listed" : "#unlisted").hidden = false;
  find("#gateways").append(...plan.gateways.map(gatewayItem));
  find("#experiments").append(...plan.experiments.map((experiment) => experimentSection(experiment, plan.origin)));
  summary.textContent = `${articles.size} fetches, none tried yet.`;
  runAll.disabled = false;
  runAll.addEventListener("click", async () => {
    runAll.disabled = true;
    await run([...articles.keys()]);
    runAll.disabled = false;
  });
  document.documentElement.dataset.ready = "";
};

await start();
