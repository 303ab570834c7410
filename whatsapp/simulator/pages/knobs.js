// The page of knobs: what /_sim/knobs/described names, each with the control that fits its default.
const $ = (id) => document.getElementById(id);
let knobs = [];

async function call(path, body) {
  const answer = await fetch("/_sim" + path, body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error || `The simulator answered ${answer.status}.`);
  return found;
}

function put(kind, name, words) {
  const node = document.createElement(kind);
  node.className = name;
  node.textContent = words;
  return node;
}

async function turn(values, said) {
  $("problem").textContent = $("said").textContent = "";
  try {
    show(await call("/knobs", values));
    $("said").textContent = said;
  } catch (error) {
    $("problem").textContent = error.message;
    show(await call("/knobs"));
  }
}

async function refuse(knob, node) {
  $("said").textContent = "";
  $("problem").textContent = `${knob.name}: ${node.validationMessage}`;
  show(await call("/knobs"));
}

function control(knob) {
  if (knob.choices.length) {
    const node = document.createElement("select");
    for (const choice of knob.choices) node.append(new Option(choice, choice));
    return node;
  }
  const node = document.createElement("input");
  node.type = typeof knob.default === "boolean" ? "checkbox" : "number";
  if (node.type === "number") { node.min = knob.name === "batch_size" ? 1 : 0; node.step = Number.isInteger(knob.default) ? 1 : "any"; node.required = true; }
  return node;
}

function simple(knob, row) {
  const node = control(knob);
  node.id = knob.name;
  node.setAttribute("aria-describedby", knob.name + "-words");
  node.onchange = () => node.validity.valid ? turn({ [knob.name]: node.type === "checkbox" ? node.checked : node.type === "number" ? Number(node.value) : node.value }, `${knob.name} is turned.`) : refuse(knob, node);
  row.append(node);
  return (value) => { if (node.type === "checkbox") node.checked = value; else node.value = value; };
}

function failure(knob, row) {
  const form = $("failure").content.firstElementChild.cloneNode(true);
  const part = (name) => form.querySelector(`[name=${name}]`);
  const planned = put("p", "planned", "");
  form.setAttribute("aria-label", knob.name);
  part("plan").onclick = () => turn({ fail_next: { [part("kind").value]: Number(part("value").value), count: Number(part("count").value), scope: part("scope").value, later: part("later").checked } }, "The failure is planned.");
  part("none").onclick = () => turn({ fail_next: {} }, "Nothing fails.");
  row.append(form, planned);
  return (value) => { planned.textContent = value.count ? `Planned: ${JSON.stringify(value)}` : ""; };
}

function draw(knob) {
  const row = put("li", "knob", "");
  const words = put(knob.name === "fail_next" ? "div" : "label", "knob-words", "");
  words.htmlFor = knob.name;
  const hint = put("span", "", knob.words);
  hint.id = knob.name + "-words";
  words.append(put("strong", "", knob.name), hint);
  row.append(words);
  const set = (knob.name === "fail_next" ? failure : simple)(knob, row);
  $("list").append(row);
  return { ...knob, set, row };
}

function show(values) {
  for (const knob of knobs) {
    knob.set(values[knob.name]);
    const spent = knob.name === "fail_next" && !values[knob.name].count;
    knob.row.classList.toggle("turned", !spent && JSON.stringify(values[knob.name]) !== JSON.stringify(knob.default));
  }
}

$("normal").onclick = () => turn(Object.fromEntries(knobs.map((knob) => [knob.name, knob.default])), "Everything is normal.");
document.onvisibilitychange = async () => { if (document.visibilityState === "visible") show(await call("/knobs")); };
knobs = (await call("/knobs/described")).knobs.map(draw);
show(await call("/knobs"));
