// The page of phones: everybody who has a phone in the simulator, and their chats, live. No library, no build step.
import { bubble, day, icon, initials, number, plain, put, time } from "/phones/draw.js";

const $ = (id) => document.getElementById(id);
const wide = matchMedia("(min-width: 760px)");
const state = { people: [], panels: [], now: Date.now() / 1000, business: "", wall: new URLSearchParams(location.search).has("wall") };

async function call(path, body, method = body === undefined ? "GET" : "POST") {
  const form = body instanceof FormData;
  const answer = await fetch("/_sim" + path, {
    method,
    headers: body === undefined || form ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : form ? body : JSON.stringify(body),
  });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error || `The simulator answered ${answer.status}.`);
  return found;
}

// --- one phone -----------------------------------------------------------------------------------------------------

// Only what differs is touched: a bubble that is taken out and put back loses the focus, and its open menu closes.
function lay(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, at) => { if (parent.children[at] !== node) parent.insertBefore(node, parent.children[at] || null); });
}

// A tick turned blue while somebody was choosing a reaction: the new bubble's menu stands open as the old one's did.
function keepOpen(old, node) {
  if (!old.querySelector("details.menu[open]")) return;
  const menu = node.querySelector("details.menu");
  if (menu) menu.open = true;
}

class Phone {
  constructor(waId) {
    this.waId = waId;
    this.drawn = new Map();
    this.days = new Map();
    this.reply = null;
    this.atEnd = true;
    this.node = $("phone").content.firstElementChild.cloneNode(true);
    this.part = (name) => this.node.querySelector("." + name);
    for (const [name, shape] of Object.entries({ back: "back", attach: "attach", send: "send", record: "mic", unquote: "close" })) this.part(name).append(icon(shape));
    this.text = this.node.querySelector("textarea");
    this.listen();
    this.refresh();
  }

  listen() {
    this.part("back").onclick = () => show(null);
    this.part("composer").onsubmit = (event) => { event.preventDefault(); this.send(); };
    this.text.oninput = () => this.grow();
    this.text.onkeydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.send(); }
    };
    this.part("attach").onclick = () => this.part("file").click();
    this.part("file").onchange = (event) => { for (const file of event.target.files) this.sendFile(file); event.target.value = ""; };
    this.part("record").onclick = () => this.record();
    this.part("unquote").onclick = () => this.quote(null);
    this.part("chat").onscroll = (event) => { const c = event.target; this.atEnd = c.scrollHeight - c.scrollTop - c.clientHeight < 80; };
    this.part("online").onchange = (event) => this.act("", { online: event.target.checked });
    this.part("chat").onpointerdown = () => this.press();
    this.node.onfocusin = () => { state.panels.forEach((p) => p.node.classList.toggle("focused", p === this)); };
    this.grow();
  }

  // A tick that turns blue between a finger's down and up would take the button away from under it, and the tap with it.
  press() {
    this.pressed = true;
    const release = () => setTimeout(() => {
      this.pressed = false;
      if (this.kept) this.draw(this.kept);
    });
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, release, { once: true });
  }

  grow() {
    this.text.style.height = "auto";
    if (this.text.scrollHeight) this.text.style.height = Math.min(this.text.scrollHeight, 120) + "px";
    this.node.classList.toggle("writing", this.text.value.trim() !== "");
  }

  async refresh() {
    if (this.refreshing) { this.again = true; return; }
    this.refreshing = true;
    try {
      do {
        this.again = false;
        const found = await call(`/phones/${this.waId}/messages`);
        this.head(found.phone, found.business);
        this.draw(found.messages);
        if (found.phone.unread && found.phone.online && document.visibilityState === "visible") call(`/phones/${this.waId}/open`, {});
      } while (this.again);
    } finally { this.refreshing = false; }
  }

  head(phone, business) {
    initials(this.part("avatar"), phone.name, phone.role);
    this.part("name").textContent = phone.name;
    const free = phone.window_open_until ? `open till ${time(phone.window_open_until, phone.window_open_until)}` : "templates only";
    const facts = [number(phone.wa_id), phone.on_whatsapp ? free : "not on WhatsApp", phone.role, phone.marketing_opt_out ? "no marketing" : ""];
    this.part("line").textContent = phone.typing ? `${business} is typing…` : facts.filter(Boolean).join(" · ");
    this.part("line").classList.toggle("typing", phone.typing);
    this.part("online").checked = phone.online;
    this.business = business;
  }

  draw(messages) {
    this.kept = this.pressed ? messages : null;
    if (this.pressed) return;
    const chat = this.part("chat");
    const nodes = [];
    let last = "";
    for (const message of messages) {
      const today = day(message.timestamp, state.now);
      if (today !== last) nodes.push(this.dayOf(today));
      last = today;
      nodes.push(this.bubbleOf(message));
    }
    if (!messages.length) nodes.push(this.empty());
    lay(chat, nodes);
    this.settle();
  }

  dayOf(words) {
    if (!this.days.has(words)) this.days.set(words, put("p", "day", words));
    return this.days.get(words);
  }

  settle() {
    const chat = this.part("chat");
    if (this.atEnd) chat.scrollTop = chat.scrollHeight;
  }

  empty() {
    const box = put("div", "empty");
    box.append(put("p", "", `No messages yet. Write to ${this.business} as this person, or let the product write first.`));
    box.append(put("p", "hint", "Writing opens the 24-hour window: until then only templates arrive."));
    return box;
  }

  bubbleOf(message) {
    const print = JSON.stringify(message);
    const known = this.drawn.get(message.wamid);
    if (known && known.print === print) return known.node;
    const node = bubble(message, {
      tap: (index) => this.act("/tap", { wamid: message.wamid, index }),
      list: () => this.choose(message),
      reply: () => this.quote(message),
      react: (emoji) => this.act("/reaction", { wamid: message.wamid, emoji }),
      photo: (url) => { $("photo").querySelector("img").src = url; $("photo").showModal(); },
      settle: () => this.settle(),
      played: () => message.direction === "outgoing" && this.act("/played", { wamid: message.wamid }),
      quoted: (wamid) => this.drawn.get(wamid)?.node.scrollIntoView({ block: "center", behavior: "smooth" }),
      location: () => this.act("/location", { latitude: 12.9716, longitude: 77.5946, name: "Home" }),
    });
    if (known) keepOpen(known.node, node);
    this.drawn.set(message.wamid, { print, node });
    return node;
  }

  async act(path, body) {
    try { return await call(`/phones/${this.waId}${path}`, body); } catch (error) { this.complain(error.message); return null; }
  }

  complain(words) {
    const note = put("p", "complaint", words);
    note.setAttribute("role", "alert");
    this.part("composer").before(note);
    setTimeout(() => note.remove(), 6000);
  }

  quote(message) {
    this.reply = message;
    this.part("quoting").hidden = !message;
    this.part("quoting-text").textContent = message ? plain(message.body) || message.type : "";
    this.text.focus();
  }

  async send() {
    const body = this.text.value.trim();
    if (!body) return;
    this.text.value = "";
    this.grow();
    const reply_to = this.reply?.wamid || "";
    this.quote(null);
    if (!(await this.act("/text", { body, reply_to }))) { this.text.value = body; this.grow(); }
  }

  sendFile(file, extra = {}) {
    const form = new FormData();
    form.append("file", file, file.name);
    for (const [name, value] of Object.entries({ caption: this.text.value.trim(), reply_to: this.reply?.wamid || "", ...extra })) form.append(name, value);
    this.text.value = "";
    this.grow();
    this.quote(null);
    return this.act("/media", form);
  }

  async record() {
    if (this.recorder) { this.recorder.stop(); return; }
    const kind = ["audio/ogg;codecs=opus", "audio/mp4", "audio/webm;codecs=opus"].find((k) => window.MediaRecorder?.isTypeSupported(k));
    const stream = kind && (await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => null));
    if (!stream) { this.complain("No microphone here: attach an audio file instead."); return; }
    const pieces = [];
    this.recorder = new MediaRecorder(stream, { mimeType: kind });
    this.recorder.ondataavailable = (event) => pieces.push(event.data);
    this.recorder.onstop = () => {
      stream.getTracks().forEach((track) => track.stop());
      this.recorder = null;
      this.node.classList.remove("recording");
      const plain = kind.split(";")[0];
      this.sendFile(new File(pieces, "voice." + plain.split("/")[1], { type: plain }), { voice: "true" });
    };
    this.node.classList.add("recording");
    this.recorder.start();
  }

  choose(message) {
    $("sheet-title").textContent = message.list.button;
    const rows = message.list.sections.flatMap((section) => [section.title && put("h3", "", section.title), ...section.rows.map(row)]);
    $("rows").replaceChildren(...rows.filter(Boolean));
    $("choose").disabled = true;
    $("rows").onchange = () => { $("choose").disabled = false; };
    $("sheet").onclose = () => {
      const picked = $("rows").querySelector("input:checked");
      if ($("sheet").returnValue === "choose" && picked) this.act("/tap", { wamid: message.wamid, row_id: picked.value });
    };
    $("sheet").returnValue = "";
    $("sheet").showModal();
  }
}

function row(of) {
  const label = put("label", "row");
  const words = put("span", "row-words");
  words.append(put("strong", "", of.title), put("span", "", of.description));
  const radio = put("input", "");
  Object.assign(radio, { type: "radio", name: "row", value: of.id });
  label.append(words, radio);
  return label;
}

// --- the list of people ----------------------------------------------------------------------------------------------

async function refreshPeople() {
  const found = await call("/phones");
  state.people = found.phones;
  state.now = found.now;
  drawPeople();
  if (!state.started) { state.started = true; start(); }
}

function drawPeople() {
  const wanted = $("search").value.trim().toLowerCase();
  const shown = state.people.filter((p) => `${p.name} ${p.wa_id} ${p.role} ${p.note}`.toLowerCase().includes(wanted));
  const open = new Set(state.panels.map((panel) => panel.waId));
  $("people").replaceChildren(...shown.map((person) => item(person, open.has(person.wa_id))), ...(shown.length ? [] : [nobody(wanted)]));
  const unread = state.people.reduce((sum, p) => sum + p.unread, 0);
  document.title = (unread ? `(${unread}) ` : "") + "Phones";
}

function item(person, open) {
  const entry = put("li", "");
  const button = put("button", "person");
  button.type = "button";
  button.setAttribute("aria-current", String(open));
  const avatar = put("span", "avatar");
  initials(avatar, person.name, person.role);
  const words = put("span", "person-words");
  const top = put("span", "person-top");
  top.append(put("strong", "", person.name), put("time", person.unread ? "fresh" : "", person.last ? time(person.last.at, state.now) : ""));
  const below = put("span", "person-below");
  const said = put("span", "said");
  if (person.last?.direction === "incoming") said.append("You: ");
  said.append(put("bdi", "", person.last ? plain(person.last.text) : person.note || number(person.wa_id)));
  below.append(said);
  if (person.unread) below.append(put("span", "count", String(person.unread)));
  words.append(top, below, put("span", "role " + person.role, person.role));
  button.append(avatar, words);
  button.onclick = () => show(person.wa_id);
  entry.append(button);
  return entry;
}

function nobody(wanted) {
  const box = put("li", "empty");
  box.append(put("p", "", wanted ? "Nobody by that name, number or role." : "Nobody has a phone yet."));
  if (!wanted) box.append(put("p", "hint", "Add one with +, or let the product write to a number: its phone appears here by itself."));
  return box;
}

// --- which phones are on the stage -----------------------------------------------------------------------------------

function show(waId) {
  if (waId === null) { state.panels = []; history.replaceState(null, "", location.pathname + location.search); }
  else if (!state.panels.some((p) => p.waId === waId)) place(new Phone(waId));
  if (waId) history.replaceState(null, "", location.pathname + location.search + "#" + waId);
  stage();
  const panel = state.panels.find((p) => p.waId === waId);
  if (panel && wide.matches) panel.text.focus({ preventScroll: true });
}

// On the wall a new phone takes the place of the focused one once three are there.
function place(phone) {
  const most = state.wall && wide.matches ? Math.max(1, Math.min(3, Math.floor((innerWidth - 340) / 330))) : 1;
  if (state.panels.length < most) { state.panels.push(phone); return; }
  const focused = Math.max(0, state.panels.findIndex((p) => p.node.classList.contains("focused")));
  state.panels = state.panels.slice(0, most);
  state.panels[Math.min(focused, most - 1)] = phone;
}

function stage() {
  const nodes = state.panels.map((panel) => panel.node);
  if (!nodes.length) nodes.push(welcome());
  const now = [...$("stage").children];
  if (now.length !== nodes.length || now.some((node, at) => node !== nodes[at])) $("stage").replaceChildren(...nodes);
  $("app").classList.toggle("chatting", state.panels.length > 0);
  $("app").classList.toggle("wall", state.panels.length > 1);
  $("wall").setAttribute("aria-pressed", String(state.wall));
  drawPeople();
  for (const panel of state.panels) { panel.grow(); panel.settle(); }
}

function welcome() {
  const box = put("div", "welcome");
  box.append(icon("phones"), put("h2", "", "Play the residents and the cooks"));
  box.append(put("p", "", "Choose a person on the left. What you type or tap goes to the product as WhatsApp would send it, and what the product sends arrives here."));
  box.append(put("p", "hint", "↑ ↓ change the person · Enter sends · the wall shows several phones at once"));
  return box;
}

function start() {
  const asked = location.hash.slice(1);
  if (state.wall && wide.matches) { state.people.slice(0, 3).reverse().forEach((p) => place(new Phone(p.wa_id))); state.panels.reverse(); stage(); }
  else if (state.people.some((p) => p.wa_id === asked)) show(asked);
  else stage();
}

function step(by) {
  const shown = [...$("people").querySelectorAll(".person")];
  const at = shown.findIndex((button) => button.getAttribute("aria-current") === "true");
  shown[Math.min(shown.length - 1, Math.max(0, at + by))]?.click();
}

// --- everything that starts something --------------------------------------------------------------------------------

$("add").append(icon("add"));
$("wall").append(icon("wall"));
$("knobs").append(icon("knobs"));
document.querySelectorAll(".close").forEach((button) => button.append(icon("close")));
$("search").oninput = drawPeople;
$("add").onclick = () => { $("new-phone").querySelector("form").reset(); $("new-phone").querySelector(".problem").textContent = ""; $("new-phone").showModal(); };
$("wall").onclick = () => {
  state.wall = !state.wall;
  history.replaceState(null, "", location.pathname + (state.wall ? "?wall" : "") + location.hash);
  if (!state.wall) state.panels = state.panels.slice(0, 1);
  else for (const person of state.people) if (state.panels.length < 3 && !state.panels.some((p) => p.waId === person.wa_id)) place(new Phone(person.wa_id));
  stage();
};
$("new-phone").querySelector("form").onsubmit = async (event) => {
  if (event.submitter?.value !== "add") return;
  event.preventDefault();
  const given = Object.fromEntries(new FormData(event.target));
  try {
    const found = await call("/phones", given);
    $("new-phone").close();
    await refreshPeople();
    show(found.phones[0].wa_id);
  } catch (error) { event.target.querySelector(".problem").textContent = error.message; }
};
document.onkeydown = (event) => {
  const field = event.target.closest?.("textarea, input, select, dialog");
  const free = !field || (field.tagName === "TEXTAREA" && !field.value) || event.altKey;
  if (free && event.key === "ArrowDown") { event.preventDefault(); step(1); }
  if (free && event.key === "ArrowUp") { event.preventDefault(); step(-1); }
  if (event.key === "Escape" && !document.querySelector("dialog[open]") && !wide.matches) show(null);
};
document.onvisibilitychange = () => { if (document.visibilityState === "visible") state.panels.forEach((p) => p.refresh()); };

let waiting = 0;
const touched = new Set();
function live() {
  const events = new EventSource("/_sim/events");
  events.onopen = () => { $("offline").hidden = true; refreshPeople(); state.panels.forEach((p) => p.refresh()); };
  events.onerror = () => { $("offline").hidden = false; };
  events.onmessage = (event) => {
    const change = JSON.parse(event.data);
    if (change.kind === "reset") { state.panels = []; stage(); }
    touched.add(change.wa_id);
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      state.panels.filter((p) => touched.has(p.waId)).forEach((p) => p.refresh());
      touched.clear();
      refreshPeople();
    }, 60);
  };
}
live();
